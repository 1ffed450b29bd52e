/** A data set as its owner describes it: to the whole federation, or to us alone. */
export interface Resource {
  member: string;
  data_set: string;
  name: string;
  version: string;
  rows: number;
  columns: { name: string; type: string }[];
  column_count: number;
  has_label: boolean | null;
  tags: string[];
  shown_to: "federation" | "members";
  transaction: string;
  block: number;
  time_ms: number;
}
