/** Short names for the node's answers; `schema.ts` is generated from its OpenAPI description (`make client`). */
import type { components } from "./schema";

type Schemas = components["schemas"];

export interface Words {
  code: string;
  detail: string;
  hint: string;
}
export type Identity = Schemas["IdentityOut"] & { invitation: string; fingerprint_groups: string };
export interface NodeAbout {
  node: string;
  version: string;
  cores: number;
  threads: number;
  vectors: string;
  free_bytes: number;
  board: string;
}
export type Partner = Schemas["PartnerOut"] & {
  state: string;
  confirmed_ms: number;
  confirmed_there: boolean;
  last_seen_ms: number;
  fingerprint_groups: string;
  protocol_version: number;
  block_reason: string;
};
export interface WayCheck {
  reachable: boolean;
  confirmed_there: boolean;
  round_trip_ms: number;
  version: number;
  problem: (Words & { party: string }) | null;
}
export type DataSet = Schemas["DataSetOut"] & { source: string; detail: string };
export interface Rows {
  columns: string[];
  rows: (string | null)[][];
}
export interface KeyRule {
  columns: number;
  trim: boolean;
  case: "keep" | "lower" | "upper";
  form: "none" | "NFC" | "NFKC";
  hash: "none" | "md5" | "sha1" | "sha256" | "sm3";
}
export interface KeyExample {
  id: string;
  steps: { what: string; value: string }[];
  problem: string;
}
export interface KeyCheck {
  ids: number;
  duplicates: number;
  rows_without_id: number;
  examples: { values: string[]; id: string }[];
  warnings: string[];
}
export interface PreCheck {
  compared: boolean;
  shapes_in_common: number;
  warning: string;
  examples_ours: string[];
}
export interface Plan {
  protocol: string;
  seconds: number;
  bytes: number;
  why: string;
  alternatives: { protocol: string; seconds: number | null; bytes: number | null; why_not: string }[];
  mbit_per_s: number;
  round_trip_ms: number;
  link: string;
}
export type Task = Schemas["TaskOut"] & {
  protocol_chosen: string;
  plan: Plan | null;
  actual: { seconds: number; bytes_sent: number; bytes_received: number };
  rate_ids_per_s: number;
  remaining_s: number | null;
  trouble: (Words & { party: string }) | null;
  repeat: { cron: string; until_ms: number } | null;
  paused_by: string;
  match_rate_percent: number | null;
  schedule: string;
  warning: string;
  columns_of_result: string[];
};
export interface Egress {
  task: string;
  partner: string;
  step: string;
  what: string;
  messages: number;
  bytes: number;
  unanswered: number;
  first_ms: number;
  last_ms: number;
}
export interface Schedule {
  schedule: string;
  name: string;
  partner: string;
  proposed_here: boolean;
  cron: string;
  until_ms: number;
  state: string;
  data_set: string;
  columns: string[];
  learns: string;
  protocol: string;
  next_ms: number[];
  runs: { due_ms: number; task: string; state: string; problem: (Words & { party: string }) | null }[];
  also_next: { until_ms: number; runs_at_most: number; used: number } | null;
}
export type Protocol = Schemas["ProtocolOut"];

export const ENDED = ["succeeded", "failed", "refused", "stopped", "timed_out"];
/** As filters name them. */
export const STATES = ["pending_approval", "waiting", "queued", "running", ...ENDED];
