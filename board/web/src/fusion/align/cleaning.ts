/** What a key rule takes out of each column's values: kept by the column's name while one chooses, sent in their order. */
import type { Cleaning, KeyRule } from "../types";

export type Cleanings = Record<string, Cleaning>;
/** The rule without what depends on the columns. */
export type CommonRule = Omit<KeyRule, "columns" | "clean">;

export const KEEPS = ["all", "no_separators", "letters_and_digits", "digits"] as const;
const USUAL_REST = 7;

export function plain(): Cleaning {
  return { keep: "all", prefixes: [], rest_at_least: USUAL_REST };
}

export function isPlain(cleaning: Cleaning): boolean {
  return cleaning.keep === "all" && !cleaning.prefixes.length;
}

/** The rule as it is sent; where nothing is cleaned, it says nothing of that. */
export function ruleOf(common: CommonRule, cleanings: Cleanings, columns: string[]): Omit<KeyRule, "columns"> {
  const clean = columns.map((column) => cleanings[column] ?? plain());
  return { ...common, clean: clean.every(isPlain) ? [] : clean };
}

/** A rule that the node advises, taken apart again. */
export function takenApart(rule: KeyRule, columns: string[]): { rule: CommonRule; cleaning: Cleanings } {
  const { trim, case: letters, form, hash } = rule;
  const clean = rule.clean ?? [];
  const cleaning = Object.fromEntries(columns.map((column, place) => [column, clean[place] ?? plain()]));
  return { rule: { trim, case: letters, form, hash }, cleaning };
}

/** Prefixes as people type them: with commas of either language, or spaces, between them. */
export function prefixesOf(text: string): string[] {
  return [...new Set(text.split(/[\s,，、;；]+/).filter(Boolean))];
}
