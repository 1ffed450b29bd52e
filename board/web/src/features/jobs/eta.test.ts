import { expect, test } from "vitest";

import { Pace } from "./eta";

test("the range holds the truth of a steady task", () => {
  const pace = new Pace();
  for (let second = 0; second <= 40; second += 1) pace.note("t", second / 100, second * 1000);
  const left = pace.left("t", 0, 40_000);
  expect(left.kind).toBe("left");
  if (left.kind !== "left") return;
  expect(left.fromMs).toBeLessThan(60_000);
  expect(left.toMs).toBeGreaterThan(60_000);
  expect(left.toMs).toBeLessThan(90_000);
});

test("a task that became slower gives a wide range", () => {
  const pace = new Pace();
  for (let second = 0; second <= 50; second += 1) pace.note("t", second / 100, second * 1000);
  for (let second = 60; second <= 200; second += 10) pace.note("t", 0.5 + (second - 50) / 2000, second * 1000);
  const left = pace.left("t", 0, 200_000);
  expect(left.kind === "left" && left.toMs > 3 * left.fromMs).toBe(true);
});

test("too little or nothing is unknown", () => {
  const pace = new Pace();
  expect(pace.left("t", 0, 1000)).toEqual({ kind: "unknown" });
  pace.note("t", 0.01, 60_000);
  expect(pace.left("t", 0, 60_000)).toEqual({ kind: "unknown" });
  pace.note("t", 0.3, 70_000);
  expect(pace.left("t", 0, 70_000).kind).toBe("left");
  expect(pace.left("t", 0, 140_000)).toEqual({ kind: "quiet", sinceMs: 70_000 });
});

test("a new attempt begins anew", () => {
  const pace = new Pace();
  pace.note("t", 0.9, 10_000);
  pace.note("t", 0.02, 100_000);
  expect(pace.left("t", 95_000, 101_000)).toEqual({ kind: "unknown" });
});
