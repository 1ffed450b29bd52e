import { expect, test } from "vitest";

import en from "./en";
import zh from "./zh";

function keys(messages: object, prefix = ""): string[] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === "string" ? [`${prefix}${key}`] : keys(value as object, `${prefix}${key}.`),
  );
}

test("English and Chinese have the same keys", () => {
  expect(keys(zh).sort()).toEqual(keys(en).sort());
});

test("no template holds text of its own", () => {
  const sources = import.meta.glob("../**/*.vue", { query: "?raw", import: "default", eager: true }) as Record<string, string>;
  const found = Object.entries(sources).flatMap(([file, source]) => {
    const template = /<template>([\s\S]*)<\/template>/.exec(source)?.[1] ?? "";
    const text = template.replace(/\{\{[\s\S]*?\}\}/g, "").replace(/<(?:"[^"]*"|'[^']*'|[^'">])*>/g, "\n");
    return text.split("\n").map((line) => line.trim()).filter((line) => /[A-Za-z\u4e00-\u9fff]{2,}/.test(line)).map((line) => `${file}: ${line}`);
  });
  expect(found).toEqual([]);
});
