/** What a person asks a table of, and the request that it makes. */
import { ruleOf } from "../align/cleaning";
import { blank, type Draft } from "../align/draft";
import type { DataSet, NewTable, Partner } from "../types";

export type Wish = Pick<Draft, "partner" | "dataSet" | "columns" | "rule" | "cleaning" | "hashedHere">;

/** To begin with: the data set that was come from, or the first. */
export function first(partners: Partner[], dataSets: DataSet[], wanted: string): Wish {
  const { columns, rule, cleaning, hashedHere } = blank();
  const dataSet = dataSets.find((one) => one.data_set === wanted) ?? dataSets[0];
  return { partner: partners[0]?.node ?? "", dataSet: dataSet?.data_set ?? "", columns, rule, cleaning, hashedHere };
}

export function whole(wish: Wish): boolean {
  return !!wish.partner && !!wish.dataSet && wish.columns.length > 0;
}

export function prepared(wish: Wish): NewTable {
  return {
    partner: wish.partner,
    data_set: wish.dataSet,
    columns: wish.columns,
    key_rule: ruleOf(wish.rule, wish.cleaning, wish.columns),
    hashed_here: wish.rule.hash !== "none" && wish.hashedHere,
  };
}
