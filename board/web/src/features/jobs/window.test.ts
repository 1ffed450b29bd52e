import { expect, test } from "vitest";

import { firstRow, heightOf, ROW, topOf } from "./window";

test.each([10, 1000, 1_000_000])("every one of %i rows can be reached", (rows) => {
  const view = 20 * ROW;
  expect(firstRow(rows, 0, view)).toBe(0);
  const last = Math.max(0, rows - 20);
  expect(firstRow(rows, heightOf(rows) - view, view)).toBe(last);
  for (const row of [0, Math.floor(last / 3), last]) {
    expect(Math.abs(firstRow(rows, topOf(rows, row, view), view) - row)).toBeLessThanOrEqual(1);
  }
  expect(heightOf(rows)).toBeLessThan(17_000_000);
});
