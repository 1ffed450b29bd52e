import { expect, test } from "vitest";

import { blank, endOf, OUTCOMES, outcomeKey, proposal, whole, type Draft } from "./draft";

const full = (): Draft => ({ ...blank(), partner: "beta", dataSet: "d1", columns: ["last", "first"] });

test("a proposal keeps the order of the columns and says all that was chosen", () => {
  const draft: Draft = {
    ...full(),
    rule: { trim: true, case: "lower", form: "NFKC", hash: "sha256" },
    hashedHere: true,
    outcome: { role: "sender", learns: "size" },
    resultColumns: ["v"],
    repeat: { cron: "0 2 * * *", until: "2027-01-31" },
    name: " May ",
  };
  expect(proposal(draft)).toEqual({
    partner: "beta",
    data_set: "d1",
    columns: ["last", "first"],
    key_rule: { trim: true, case: "lower", form: "NFKC", hash: "sha256" },
    hashed_here: true,
    role: "sender",
    learns: "size",
    protocol: "auto",
    columns_of_result: ["v"],
    repeat: { cron: "0 2 * * *", until_ms: Date.UTC(2027, 0, 31, 23, 59, 59) },
    name: "May",
    partner_rows_at_most: 0,
    pre_check: true,
  });
});

test("what is not hashed cannot be hashed here already", () => {
  expect(proposal({ ...full(), hashedHere: true })).toMatchObject({ hashed_here: false });
});

test("a proposal is whole with a partner, a data set and columns; what repeats needs an end", () => {
  expect([blank(), { ...full(), columns: [] }, full()].map(whole)).toEqual([false, false, true]);
  expect(whole({ ...full(), repeat: { cron: "0 2 * * *", until: "" } })).toBe(false);
  expect(Number.isNaN(endOf("nonsense"))).toBe(true);
});

test("every outcome has words of its own", () => {
  expect(OUTCOMES.map(outcomeKey)).toEqual(["we", "they", "both", "weSize", "theySize"]);
  expect(outcomeKey({ role: "sender", learns: "both" })).toBe("both");
});
