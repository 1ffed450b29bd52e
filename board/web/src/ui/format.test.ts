import { expect, test } from "vitest";

import { decimal, measured, when } from "./format";

test("times have seconds where messages follow each other within a minute", () => {
  const at = new Date(2026, 4, 6, 7, 8, 9).getTime();
  expect(when(at)).toMatch(/07:08$/);
  expect(when(at, true)).toMatch(/07:08:09$/);
});

test("counts have no decimals, and a figure as many as say something", () => {
  expect([30, 120000, 0.73621, -1.5, 0.00012345, 1339.4567, 123456.789].map(measured)).toEqual([
    "30",
    "120,000",
    "0.7362",
    "-1.5000",
    "0.00012345",
    "1,339.5",
    "123,457",
  ]);
});

test("a decimal text keeps every digit and its sign", () => {
  expect(decimal("9007199254740993.07")).toBe("9,007,199,254,740,993.07");
  expect(["-0.50", "-1234.5", "2970", "0"].map(decimal)).toEqual(["-0.50", "-1,234.5", "2,970", "0"]);
  expect(decimal("no number")).toBe("no number");
});
