import { expect, test } from "vitest";

import board from "./en";
import fusion from "./en/fusion";
import boardZh from "./zh";
import fusionZh from "./zh/fusion";

const [en, zh] = [
  [board, fusion],
  [boardZh, fusionZh],
];

function keys(messages: object, prefix = ""): string[] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === "string" ? [`${prefix}${key}`] : keys(value as object, `${prefix}${key}.`),
  );
}

test("English and Chinese have the same keys", () => {
  for (const index of [0, 1]) expect(keys(zh[index] ?? {}).sort()).toEqual(keys(en[index] ?? {}).sort());
});

test("no template holds text of its own", () => {
  const sources = import.meta.glob("../**/*.vue", { query: "?raw", import: "default", eager: true }) as Record<
    string,
    string
  >;
  const found = Object.entries(sources).flatMap(([file, source]) => {
    const template = /<template>([\s\S]*)<\/template>/.exec(source)?.[1] ?? "";
    const text = template.replace(/\{\{[\s\S]*?\}\}/g, "").replace(/<(?:"[^"]*"|'[^']*'|[^'">])*>/g, "\n");
    return text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /[A-Za-z\u4e00-\u9fff]{2,}/.test(line))
      .map((line) => `${file}: ${line}`);
  });
  expect(found).toEqual([]);
});

test("every key that a template or script names exists", () => {
  const sources = import.meta.glob(["../**/*.vue", "../**/*.ts"], { query: "?raw", import: "default", eager: true });
  const [known, ofFusion] = [new Set([...keys(board), ...keys(fusion)]), new Set(keys(fusion))];
  const used = Object.entries(sources as Record<string, string>).flatMap(([file, source]) =>
    [...source.matchAll(/\bt\(\s*["']([a-z][\w.]*)["']/gi)].map((found) => `${found[1] ?? ""} in ${file}`),
  );
  expect(used.length).toBeGreaterThan(100);
  const told = (use: string) => (use.includes(" in ../fusion/") ? ofFusion : known).has(use.split(" ")[0] ?? "");
  expect(used.filter((use) => !told(use))).toEqual([]);
});

test("every text is written in its own language", () => {
  const texts = (messages: object): string[] =>
    Object.values(messages).flatMap((value: unknown) => (typeof value === "string" ? [value] : texts(value as object)));
  const chinese = [...new Set(texts(en))].filter((text) => /[\u4e00-\u9fff]/.test(text));
  expect(chinese).toEqual(["中文"]);
  const latin = [...new Set(texts(zh))].filter((text) => !/[\u4e00-\u9fff]/.test(text));
  expect(latin.sort()).toEqual(["AUC", "English", "Hanse", "Hanse {version}", "KS", "，"]);
});
