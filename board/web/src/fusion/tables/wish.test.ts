import { expect, test } from "vitest";

import type { DataSet, Partner } from "../types";
import { first, prepared, whole } from "./wish";

const partners = [{ node: "beta" }, { node: "gamma" }] as Partner[];
const dataSets = [{ data_set: "d1" }, { data_set: "d2" }] as DataSet[];

test("a wish begins with the data set that one came from, and lacks the columns", () => {
  expect(first(partners, dataSets, "d2")).toMatchObject({ partner: "beta", dataSet: "d2", columns: [] });
  expect(first(partners, dataSets, "gone")).toMatchObject({ dataSet: "d1" });
  expect(first([], [], "")).toMatchObject({ partner: "", dataSet: "" });
  expect(whole(first(partners, dataSets, ""))).toBe(false);
  expect(whole({ ...first(partners, dataSets, ""), columns: ["id"] })).toBe(true);
});

test("a table is asked for with columns in their order, and hashed only where the rule hashes", () => {
  const wish = { ...first(partners, dataSets, ""), columns: ["last", "first"], hashedHere: true };
  expect(prepared(wish)).toEqual({
    partner: "beta",
    data_set: "d1",
    columns: ["last", "first"],
    key_rule: { trim: true, case: "keep", form: "NFC", hash: "none", clean: [] },
    hashed_here: false,
  });
  expect(prepared({ ...wish, rule: { ...wish.rule, hash: "md5" } })).toMatchObject({ hashed_here: true });
});
