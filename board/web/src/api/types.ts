/** Short names for the board's answers; `schema.ts` is generated from its OpenAPI description (`make client`). */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Failure = Schemas["FailureView"];
export type Waiting = Schemas["WaitingView"];
export type Task = Schemas["TaskView"];
export type Job = Schemas["JobView"];
export type JobDetail = Schemas["JobDetail"];
export type State = Task["party_states"][string];

export const ENDED: State[] = ["succeeded", "failed", "refused", "stopped", "timed_out"];

export type FlowSummary = Schemas["FlowSummary"];
export type Flow = Schemas["FlowView"];
export type Graph = Schemas["GraphView"];
export type GraphNode = Schemas["NodeView"];
/** What drawing needs of a node: a flow's, or a job's frozen one. */
export type DrawnNode = Pick<GraphNode, "id" | "component" | "title" | "inputs">;
export type FlowVersion = Schemas["VersionView"];
export type FlowVersionSummary = Schemas["VersionSummary"];
export type Outlook = Schemas["OutlookView"];
export type Check = Schemas["CheckView"];
export type LogPage = Schemas["LogView"];
export type LogLine = Schemas["LogLine"];
export type JobEvent = Schemas["EventView"];
export type Egress = Schemas["EgressPage"];
export type FlowProblem = Schemas["ProblemView"];
export type Template = Schemas["TemplateView"];
export type Component = Schemas["ComponentView"];
export type Port = Schemas["PortView"];
export type Words = Schemas["Words"];
export type Channel = Schemas["ChannelView"];
export type NewChannel = Schemas["NewChannel"];
export type Schedule = Schemas["ScheduleView"];

export type Project = Schemas["ProjectView"];
export type ProjectDetail = Schemas["ProjectDetail"];
export type Party = Project["parties"][number];
export type Offer = Schemas["OfferView"];
export type DataRequest = Schemas["RequestView"];
export type Consent = Schemas["ConsentView"];

export type DataSet = Schemas["DataSetView"];
export type Column = DataSet["columns"][number];

export type Model = Schemas["ModelView"];
export type Publication = Schemas["PublicationView"];
export type Prediction = Schemas["PredictionView"];
export type Predictions = Schemas["PredictionsView"];

export type Member = Schemas["MemberView"];
export type OwnMember = Schemas["OwnMemberView"];
export type OwnKeys = Schemas["KeysView"];
export type Rotated = Schemas["RotatedView"];
export type LedgerEntry = Schemas["EntryView"];
export type Account = Schemas["AccountView"];
export type Service = Schemas["ServiceView"];
export type Status = Schemas["StatusView"];
export type AuditLine = Schemas["LineView"];

/** A parameter in a component's JSON schema, with what the kernel adds to it for people. */
export interface SchemaField {
  type?: string;
  description?: string;
  zh?: string;
  unit?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  items?: SchemaField;
  anyOf?: SchemaField[];
  $ref?: string;
}
/** JSON schema of a component's parameters; the board hands it on as the kernel made it. */
export interface Schema {
  properties?: Record<string, SchemaField>;
  required?: string[];
  /** Names as the component declares them; JSON on the way sorts `properties`. */
  order?: string[];
  $defs?: Record<string, SchemaField>;
}

export type Cell = string | number | boolean | null;
export interface Values {
  name: string;
  values: number[];
}
/** A block of a report, as components write it; which fields are there follows from its kind. */
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
