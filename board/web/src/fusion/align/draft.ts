/** What a person asks for on the page of a new alignment, and the proposal that it makes. */
import type { Proposal } from "../types";
import { ruleOf, type Cleanings, type CommonRule } from "./cleaning";

export type Role = "receiver" | "sender";
export type Learns = "receiver" | "both" | "size" | "sum";
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
  { role: "receiver", learns: "sum" },
  { role: "sender", learns: "sum" },
];

/** How an outcome is called in words, from where we stand. */
export function outcomeKey({ role, learns }: Outcome): string {
  if (learns === "both") return "both";
  if (learns === "sum") return role === "sender" ? "sumOurs" : "sumTheirs";
  return `${role === "receiver" ? "we" : "they"}${learns === "size" ? "Size" : ""}`;
}

/** What a sum is over: the column is ours only where we are the sender. */
export interface Summed {
  column: string;
  decimals: number;
  emptyAsZero: boolean;
}

export const DECIMALS = [0, 1, 2, 3, 4, 5, 6];

/** Money has two decimals; most sums are of that. */
export function summed(): Summed {
  return { column: "", decimals: 2, emptyAsZero: false };
}

/** What the sender of a sum says of its own values; nobody else says anything. */
export function ownValue(outcome: Outcome, sum: Summed): Pick<Proposal, "value_column" | "empty_as_zero"> {
  const ours = outcome.learns === "sum" && outcome.role === "sender";
  return { value_column: ours ? sum.column : "", empty_as_zero: ours && sum.emptyAsZero };
}

export interface Draft {
  partner: string;
  dataSet: string;
  columns: string[];
  rule: CommonRule;
  cleaning: Cleanings;
  hashedHere: boolean;
  outcome: Outcome;
  sum: Summed;
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
    cleaning: {},
    hashedHere: false,
    outcome: { role: "receiver", learns: "receiver" },
    sum: summed(),
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

/** Whether rows of ours come out, of which columns can be chosen. */
export function hasRows({ role, learns }: Outcome): boolean {
  return learns === "both" || (learns === "receiver" && role === "receiver");
}

/** Whether it says all that a proposal needs. */
export function whole(draft: Draft): boolean {
  return (
    !!draft.partner &&
    !!draft.dataSet &&
    draft.columns.length > 0 &&
    (outcomeKey(draft.outcome) !== "sumOurs" || !!draft.sum.column) &&
    (!hasRows(draft.outcome) || draft.resultColumns?.length !== 0) &&
    (!draft.repeat || (!!draft.repeat.cron && !Number.isNaN(endOf(draft.repeat.until))))
  );
}

export function proposal(draft: Draft): Proposal {
  return {
    partner: draft.partner,
    data_set: draft.dataSet,
    columns: draft.columns,
    key_rule: ruleOf(draft.rule, draft.cleaning, draft.columns),
    hashed_here: draft.rule.hash !== "none" && draft.hashedHere,
    ...draft.outcome,
    ...ownValue(draft.outcome, draft.sum),
    value_decimals: draft.outcome.learns === "sum" ? draft.sum.decimals : 0,
    protocol: draft.protocol,
    columns_of_result: hasRows(draft.outcome) ? (draft.resultColumns ?? []) : [],
    repeat: draft.repeat && { cron: draft.repeat.cron, until_ms: endOf(draft.repeat.until) },
    name: draft.name.trim(),
    partner_rows_at_most: draft.partnerAtMost || 0,
    pre_check: draft.preCheck,
  };
}
