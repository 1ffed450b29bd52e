/** Names of things of which a page has only the ids, from a list that it has read. */
import type { DataSet } from "./types";

export function nameOf(dataSets: DataSet[] | undefined, dataSet: string): string {
  return dataSets?.find((known) => known.data_set === dataSet)?.name || dataSet;
}
