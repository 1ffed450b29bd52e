import { expect, test } from "vitest";

import { blank, endOf, hasRows, OUTCOMES, outcomeKey, proposal, whole, type Draft } from "./draft";

const full = (): Draft => ({ ...blank(), partner: "beta", dataSet: "d1", columns: ["last", "first"] });

test("a proposal keeps the order of the columns and says all that was chosen", () => {
  const draft: Draft = {
    ...full(),
    rule: { trim: true, case: "lower", form: "NFKC", hash: "sha256" },
    hashedHere: true,
    outcome: { role: "receiver", learns: "both" },
    resultColumns: ["v"],
    repeat: { cron: "0 2 * * *", until: "2027-01-31" },
    name: " May ",
  };
  expect(proposal(draft)).toEqual({
    partner: "beta",
    data_set: "d1",
    columns: ["last", "first"],
    key_rule: { trim: true, case: "lower", form: "NFKC", hash: "sha256", clean: [] },
    hashed_here: true,
    role: "receiver",
    learns: "both",
    value_column: "",
    value_decimals: 0,
    empty_as_zero: false,
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

test("a result without any column is none; where no rows come out, nobody asks", () => {
  expect(whole({ ...full(), resultColumns: [] })).toBe(false);
  expect(whole({ ...full(), resultColumns: [], outcome: { role: "receiver", learns: "size" } })).toBe(true);
});

test("every outcome has words of its own", () => {
  expect(OUTCOMES.map(outcomeKey)).toEqual(["we", "they", "both", "weSize", "theySize", "sumTheirs", "sumOurs"]);
  expect(outcomeKey({ role: "sender", learns: "both" })).toBe("both");
});

test("of a sum the sender names its value, the receiver the decimals only", () => {
  const sum = { column: "paid", decimals: 3, emptyAsZero: true };
  const asked = (role: "sender" | "receiver") => ({ ...full(), sum, outcome: { role, learns: "sum" as const } });
  expect(proposal(asked("sender"))).toMatchObject({ value_column: "paid", value_decimals: 3, empty_as_zero: true });
  expect(proposal(asked("receiver"))).toMatchObject({ value_column: "", value_decimals: 3, empty_as_zero: false });
  expect(proposal({ ...full(), sum })).toMatchObject({ value_column: "", value_decimals: 0, empty_as_zero: false });
});

test("without its column a sum of ours is not whole; the partner's needs none here", () => {
  const outcome = { role: "sender", learns: "sum" } as const;
  expect(whole({ ...full(), outcome })).toBe(false);
  expect(whole({ ...full(), outcome, sum: { column: "paid", decimals: 0, emptyAsZero: false } })).toBe(true);
  expect(whole({ ...full(), outcome: { ...outcome, role: "receiver" } })).toBe(true);
});

test("columns are chosen only where rows come out", () => {
  expect(OUTCOMES.filter(hasRows).map(outcomeKey)).toEqual(["we", "both"]);
  const outcome = { role: "receiver", learns: "sum" } as const;
  expect(proposal({ ...full(), outcome, resultColumns: ["v"] })).toMatchObject({ columns_of_result: [] });
});
