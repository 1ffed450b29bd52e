import { expect, test } from "vitest";

import { when } from "./format";

test("times have seconds where messages follow each other within a minute", () => {
  const at = new Date(2026, 4, 6, 7, 8, 9).getTime();
  expect(when(at)).toMatch(/07:08$/);
  expect(when(at, true)).toMatch(/07:08:09$/);
});
