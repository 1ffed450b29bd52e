import { expect, test } from "vitest";

import { isText, isWorkbook, nameFrom, onlySheet } from "./file";

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

test("text has an encoding, also where its name has an unusual ending", () => {
  expect(["a.csv", "a.dat", "a.xlsx", "a.xlsm", "a.parquet"].map(isText)).toEqual([true, true, false, false, false]);
});

test("of several sheets with rows none is meant", () => {
  const sheet = (name: string, has_rows: boolean) => ({ name, has_rows });
  expect(onlySheet([sheet("notes", false), sheet("May", true)])).toBe("May");
  expect(onlySheet([sheet("April", true), sheet("May", true)])).toBe("");
  expect(onlySheet([])).toBe("");
});
