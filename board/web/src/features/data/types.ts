/** What the board tells of data sets beyond their description. */
import type { Cell, DataSet } from "@/api/types";

export type ColumnKind = "int" | "float" | "string" | "bool" | "date";
export const KINDS: ColumnKind[] = ["int", "float", "string", "bool", "date"];

export interface Detection {
  encoding: string;
  delimiter: string;
  columns: { name: string; type: ColumnKind; missing: number; distinct: number }[];
  rows: Cell[][];
  sampled: number;
  complete: boolean;
  problem: { code: string; detail: string; hint: string } | null;
  notes: { column: string; note: "empty" | "constant" | "unique" }[];
}

export type OwnDataSet = DataSet & {
  series: string;
  number: number;
  tags: string[];
  readers: string[];
  origin: string;
};

export interface Numbers {
  name: string;
  type: string;
  missing: number;
  distinct: number;
  min?: number | string;
  max?: number | string;
  mean?: number;
  sd?: number;
  quantiles?: [number, number][];
  histogram?: { counts: number[]; edges?: number[]; values?: number[] };
  top?: [string, number][];
  constant?: boolean;
}

export interface Version {
  data_set: string;
  number: number;
  version: string;
  rows: number;
  created_ms: number;
  created_by: string;
  changes: { name: string; change: "added" | "removed" | "retyped"; before: string; after: string }[];
}

export interface Usage {
  offers: { project: string; at_ms: number }[];
  consents: { consent: string; project: string; runs_left: number | null; expires_ms: number }[];
  jobs: { job: string; project: string; member: string; at_ms: number }[];
}
