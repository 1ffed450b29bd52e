/** Short names for the node's answers; `schema.ts` is generated from its OpenAPI description (`make client`). */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Identity = Schemas["OwnIdentityOut"];
export type NodeAbout = Schemas["MachineOut"];
export type Partner = Schemas["PartnerOut"];
export type WayCheck = Schemas["CheckOut"];
export type DataSet = Schemas["DataSetOut"];
export type Rows = Schemas["PreviewOut"];
export type KeyExample = Schemas["ExampleOut"];
export type KeyCheck = Schemas["KeyCheckOut"];
export type PreCheck = Schemas["PreCheckOut"];
export type Plan = Schemas["PlanOut"];
export type Task = Schemas["TaskOut"];
export type Egress = Schemas["EgressOut"];
export type Schedule = Schemas["ScheduleOut"];
export type Table = Schemas["TableOut"];
export type NewTable = Schemas["TableIn"];
export type Protocol = Schemas["ProtocolOut"];
export type FromDatabase = Schemas["DatabaseIn"];
/** What we ask a partner for, and what we answer one. */
export type Proposal = Schemas["TaskIn"];
export type Answer = Schemas["AnswerIn"];
export type Cleaning = Required<Schemas["CleaningIn"]>;
/** A key rule whose every part is said. */
export type KeyRule = Required<Omit<Schemas["KeyRuleIn"], "clean">> & { clean: Cleaning[] };
export type Advice = Schemas["AdviceOut"];
export type Sheet = Schemas["SheetOut"];

export const ENDED = ["succeeded", "failed", "refused", "stopped", "timed_out"];
/** As filters name them. */
export const STATES = ["pending_approval", "waiting", "queued", "running", ...ENDED];
