import { expect, test } from "vitest";

import type { KeyRule } from "../types";
import { isPlain, plain, prefixesOf, ruleOf, takenApart } from "./cleaning";

const common = { trim: true, case: "keep", form: "NFC", hash: "none" } as const;
const digits = { keep: "digits", prefixes: ["+86"], rest_at_least: 7 } as const;
const phone = { ...digits, prefixes: [...digits.prefixes] };

test("each column is cleaned in its way, in the columns' order, and nothing is said where nothing is cleaned", () => {
  expect(ruleOf(common, { phone }, ["name", "phone"]).clean).toEqual([plain(), phone]);
  expect(ruleOf(common, { phone }, ["phone", "name"]).clean).toEqual([phone, plain()]);
  expect(ruleOf(common, { phone }, ["name"]).clean).toEqual([]);
});

test("what the node advises is taken apart to the same rule, also where an older one says nothing of cleaning", () => {
  const rule: KeyRule = { ...common, columns: 2, clean: [plain(), phone] };
  const { rule: told, cleaning } = takenApart(rule, ["name", "phone"]);
  expect({ ...ruleOf(told, cleaning, ["name", "phone"]), columns: 2 }).toEqual(rule);
  const { clean, ...old } = rule;
  expect(clean).toHaveLength(2);
  expect(takenApart(old as KeyRule, ["name"]).cleaning).toEqual({ name: plain() });
});

test("prefixes are parted by what people put between them", () => {
  expect(prefixesOf(" +86，0086、86; +86 ")).toEqual(["+86", "0086", "86"]);
  expect(prefixesOf("")).toEqual([]);
  expect(isPlain({ ...plain(), prefixes: ["1"] })).toBe(false);
});
