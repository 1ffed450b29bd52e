import { expect, test } from "vitest";

import { isWorkbook, nameFrom } from "./file";

test("a data set is called as its file, without folder and ending", () => {
  expect(["clients.csv", "C:\\d\\May 2026.XLSX", "a/b.parquet", "plain", "v1.2.csv"].map(nameFrom)).toEqual([
    "clients",
    "May 2026",
    "b",
    "plain",
    "v1.2",
  ]);
});

test("only workbooks have sheets", () => {
  expect(["a.xlsx", "A.XLSX", "a.xls", "xlsx.csv"].map(isWorkbook)).toEqual([true, true, false, false]);
});
