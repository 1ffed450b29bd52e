/** The board's answers, as board/api/http describes them. */
export type State =
  | "created"
  | "pending_approval"
  | "queued"
  | "waiting"
  | "running"
  | "paused"
  | "stopping"
  | "ready"
  | "succeeded"
  | "failed"
  | "refused"
  | "stopped"
  | "timed_out"
  | "reused"
  | "skipped"
  | "starting";

export const ENDED: State[] = ["succeeded", "failed", "refused", "stopped", "timed_out"];

export interface Failure {
  code: string;
  detail: string;
  hint: string;
  party: string;
  component: string;
}
export interface Waiting {
  what: string;
  whom: string;
  since_ms: number;
  until_ms: number;
  text: string;
}

export interface Task {
  task: string;
  title: string;
  component: string;
  state: State;
  attempt: number;
  progress: number;
  step: string;
  waiting: Waiting | null;
  failure: Failure | null;
  started_ms: number;
  ended_ms: number;
  party_states: Record<string, State>;
  reused_from: string;
}

export interface Job {
  job: string;
  project: string;
  flow: string;
  name: string;
  state: State;
  own_role: string;
  decision_needed: boolean;
  parties: { member: string; role: string }[];
  tasks: Task[];
  waiting: Waiting | null;
  failure: Failure | null;
  created_ms: number;
  created_by: string;
  deadline_ms: number;
  started_ms: number;
  ended_ms: number;
  revision: number;
}

export interface GraphNode {
  id: string;
  component: string;
  title: string;
  params: Record<string, unknown>;
  own: Record<string, Record<string, unknown>>;
  inputs: { port: string; node: string; output: string }[];
  parties?: string[] | null;
}

export interface JobDetail extends Job {
  nodes: GraphNode[];
  data_versions: Record<string, string>;
  reuse_from: string;
}

export interface Party {
  member: string;
  role: string;
  answer: string;
  reason: string;
  transaction: string;
  block: number;
  answered_ms: number;
}
export interface Offer {
  project: string;
  member: string;
  data_set: string;
  name: string;
  version: string;
  rows: number;
  columns: string[];
  has_label: boolean;
  at_ms: number;
}
export interface Consent {
  consent: string;
  project: string;
  data_set: string;
  version: string;
  components: string[];
  runs: number | null;
  runs_left: number | null;
  expires_ms: number;
  status: string;
  created_ms: number;
  created_by: string;
  transaction: string;
  block: number;
}
export interface Project {
  project: string;
  name: string;
  purpose: string;
  promoter: string;
  providers: string[];
  components: string[];
  expires_ms: number;
  status: string;
  own_role: string;
  own_answer: string;
  created_ms: number;
  created_by: string;
  transaction: string;
  block: number;
  parties: Party[];
}
export interface ProjectDetail extends Project {
  data_sets: Offer[];
  consents: Consent[];
  undelivered: { member: string; what: string; attempts: number; problem: string }[];
}

export interface Column {
  name: string;
  type: string;
  missing: number;
  distinct: number;
}
export interface DataSet {
  data_set: string;
  name: string;
  rows: number;
  columns: Column[];
  id_column: string;
  label_column: string;
  version: string;
  bytes: number;
  visibility: string;
  created_ms: number;
  created_by: string;
  resource: { transaction: string; block: number };
}

export interface FlowSummary {
  flow: string;
  project: string;
  name: string;
  revision: number;
  created_ms: number;
  changed_ms: number;
  created_by: string;
}
export interface Graph {
  nodes: GraphNode[];
}
export interface Flow extends FlowSummary {
  graph: Graph;
}
export interface FlowProblem {
  node: string;
  field: string;
  text: string;
}
export interface Template {
  template: string;
  name: Words;
  about: Words;
  graph: Graph;
}

export interface Words {
  en: string;
  zh: string;
}
export interface Schema {
  properties?: Record<string, { description?: string; zh?: string; unit?: string; default?: unknown }>;
}
export interface Component {
  name: string;
  version: string;
  title: Words;
  about: Words;
  group: string;
  roles: string[];
  assumption: string;
  discloses: { who: string; learns: Words }[];
  messages: { name: string; from: string; to: string; carries: string; about: string }[];
  params: Schema;
  own_params: Schema;
}

export interface Publication {
  version: string;
  online: boolean;
  published_ms: number;
  published_by: string;
  rows: number;
}
export interface Model {
  model: string;
  job: string;
  task: string;
  project: string;
  name: string;
  kind: string;
  role: string;
  members: string[];
  made_ms: number;
  publications: Publication[];
}
export interface Prediction {
  id: string;
  score: number | null; // null where there is a problem
  probability: number | null;
  problem: string;
}

export interface Predictions {
  predictions: Prediction[];
  model: string;
  version: string;
  bound: number;
}

export interface Member {
  member: string;
  name: string;
  status: string;
  gateway: string;
  transaction: string;
  block: number;
  reachable: boolean | null;
  round_trip_ms: number | null;
  problem: string;
}
export interface OwnMember {
  member: string;
  name: string;
  gateway: string;
  union: {
    status: string;
    reachable: boolean;
    federation_id: string;
    head: number;
    transaction: string;
    block: number;
    problem: string;
  };
}
export interface LedgerEntry {
  kind: string;
  record_id: string;
  member: string;
  transaction: string;
  block: number;
  time_ms: number;
  status: string;
  sequence: number;
  body: Record<string, unknown>;
}
export interface Account {
  account: string;
  role: "super_admin" | "admin" | "normal";
  status: string;
  created_ms: number;
}
export interface Service {
  service: string;
  ok: boolean;
  ms: number;
  code: string;
  detail: string;
}
export interface Status {
  version: string;
  services: Service[];
}
export interface AuditLine {
  sequence: number;
  time_ms: number;
  account: string;
  action: string;
  subject: string;
  detail: string;
  hash: string;
}

export type Cell = string | number | boolean | null;
export interface Values {
  name: string;
  values: number[];
}
/** A block of a report; which fields are there follows from its kind. */
export interface Block {
  kind: string;
  title: string;
  values?: Record<string, number>;
  columns?: string[];
  rows?: Cell[][];
  x?: Values;
  series?: Values[];
  text?: string;
}
