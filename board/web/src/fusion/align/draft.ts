/** What a person asks for on the page of a new alignment, and the proposal that it makes. */
import type { KeyRule, Proposal } from "../types";

export type Role = "receiver" | "sender";
export type Learns = "receiver" | "both" | "size";
export interface Outcome {
  role: Role;
  learns: Learns;
}

/** Every way in which the result can be shared out, the most usual first. With `both`, roles make no difference. */
export const OUTCOMES: Outcome[] = [
  { role: "receiver", learns: "receiver" },
  { role: "sender", learns: "receiver" },
  { role: "receiver", learns: "both" },
  { role: "receiver", learns: "size" },
  { role: "sender", learns: "size" },
];

/** How an outcome is called in words, from where we stand. */
export function outcomeKey({ role, learns }: Outcome): string {
  if (learns === "both") return "both";
  return `${role === "receiver" ? "we" : "they"}${learns === "size" ? "Size" : ""}`;
}

export interface Draft {
  partner: string;
  dataSet: string;
  columns: string[];
  rule: Omit<KeyRule, "columns">;
  hashedHere: boolean;
  outcome: Outcome;
  protocol: string;
  resultColumns: string[] | null; // null: all
  repeat: { cron: string; until: string } | null; // `until` is a day
  name: string;
  partnerAtMost: number;
  preCheck: boolean;
}

export function blank(): Draft {
  return {
    partner: "",
    dataSet: "",
    columns: [],
    rule: { trim: true, case: "keep", form: "NFC", hash: "none" },
    hashedHere: false,
    outcome: { role: "receiver", learns: "receiver" },
    protocol: "auto",
    resultColumns: null,
    repeat: null,
    name: "",
    partnerAtMost: 0,
    preCheck: true,
  };
}

/** The end of a day, UTC, in which the node counts. */
export function endOf(day: string): number {
  return Date.parse(`${day}T23:59:59Z`);
}

/** Whether it says all that a proposal needs. */
export function whole(draft: Draft): boolean {
  return (
    !!draft.partner &&
    !!draft.dataSet &&
    draft.columns.length > 0 &&
    (!draft.repeat || (!!draft.repeat.cron && !Number.isNaN(endOf(draft.repeat.until))))
  );
}

export function proposal(draft: Draft): Proposal {
  return {
    partner: draft.partner,
    data_set: draft.dataSet,
    columns: draft.columns,
    key_rule: draft.rule,
    hashed_here: draft.rule.hash !== "none" && draft.hashedHere,
    ...draft.outcome,
    protocol: draft.protocol,
    columns_of_result: draft.resultColumns ?? [],
    repeat: draft.repeat && { cron: draft.repeat.cron, until_ms: endOf(draft.repeat.until) },
    name: draft.name.trim(),
    partner_rows_at_most: draft.partnerAtMost || 0,
    pre_check: draft.preCheck,
  };
}
