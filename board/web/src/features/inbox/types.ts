/** What the inbox shows, as the board tells it. */
export type Kind = "invitation" | "data_request" | "job" | "account";
export type Tab = "todo" | "asked" | "done" | "standing" | "messages";
export const TABS: Tab[] = ["todo", "asked", "done", "standing", "messages"];

export interface Permit {
  project: string;
  data_set: string;
  name: string;
  version: string;
  columns: string[];
  components: string[];
  runs: number | null;
  expires_ms: number;
  job: string;
  newer_versions: boolean;
}

/** What is granted of a request for data. */
export interface Terms {
  columns: string[];
  runs: number | null;
  expires_ms: number;
  newer_versions: boolean;
}

/** What became of one decision of several. */
export interface Outcome {
  kind: string;
  id: string;
  decided: boolean;
  code: string;
  detail: string;
}

export interface Approval {
  kind: Kind;
  id: string;
  asker: string;
  title: string;
  created_ms: number;
  status: string;
  project: string;
  purpose: string;
  deadline_ms: number;
  waiting_for: string[];
  joins: string[];
  parties: string[];
  arbiters: string[];
  components: string[];
  permits: Permit[];
  reason: string;
  decided_ms: number;
  decided_by: string;
  transaction: string;
  block: number;
  narrowed: boolean;
  may_decide: boolean;
}

export interface Message {
  message: number;
  at_ms: number;
  kind: string;
  subject: string;
  values: Record<string, string>;
  read: boolean;
}
