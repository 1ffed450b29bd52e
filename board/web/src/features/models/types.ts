/** What the board tells of a model after its training. */
import type { Cell } from "@/api/types";

export const STAGES = ["draft", "candidate", "approved", "retired"] as const;

export interface Card {
  purpose: string;
  limits: string;
  notes: string;
  stage: (typeof STAGES)[number];
  revision: number;
  changed_ms: number;
  changed_by: string;
}
export interface Lineage {
  job: string;
  flow: string;
  flow_name: string;
  project: string;
  project_name: string;
  started_by: string;
  steps: { node: string; title: string; component: string; version: string; hash: string; job: string }[];
  data: { member: string; data_set: string; version: string; name: string }[];
  consents: {
    consent: string;
    data_set: string;
    version: string;
    components: string[];
    created_by: string;
    created_ms: number;
    transaction: string;
    block: number;
  }[];
  metrics: Record<string, number>;
}
export interface TrialRow {
  id: string;
  features: Record<string, Cell>;
}
export interface Usage {
  calls: number;
  errors: number;
  rows: number;
  p50_ms: number | null;
  p95_ms: number | null;
  points: { at_ms: number; calls: number; errors: number; mean_ms: number }[];
  clients: Record<string, number>;
  codes: Record<string, number>;
}
export interface Key {
  key_id: string;
  client: string;
  calls_per_minute: number;
  created_ms: number;
}
