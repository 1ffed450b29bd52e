import { expect, test } from "vitest";

import { columnsOf, likelyId, likelyLabel, readColumns } from "./header";

test("a header is split at commas outside of quotes", () => {
  expect(columnsOf('client_id,"income, yearly","say ""hi""",y')).toEqual([
    "client_id",
    "income, yearly",
    'say "hi"',
    "y",
  ]);
});

test("id and label are guessed from their names", () => {
  expect(likelyId(["age", "client_id", "y"])).toBe("client_id");
  expect(likelyId(["age", "income"])).toBe("age");
  expect(likelyLabel(["age", "client_id", "y"])).toBe("y");
  expect(likelyLabel(["age"])).toBe("");
});

test("a file's byte-order mark and Chinese names are read", async () => {
  const file = new File(["\uFEFF编号,收入\n1,2\n"], "rows.csv");
  expect(await readColumns(file, "")).toEqual(["编号", "收入"]);
  expect(await readColumns(new File(["PAR1"], "rows.parquet"), "")).toEqual([]);
});
