import { expect, test } from "vitest";

import { at, bestKs, everywhere, nearest, type Classification } from "./counts";

const COUNTS: Classification = {
  auc: 0.8,
  auc_interval: null,
  threshold: 0.5,
  positives: 10,
  negatives: 30,
  thresholds: [0.9, 0.5, 0.1],
  true_positives: [4, 8, 10],
  false_positives: [0, 6, 30],
  positive_bins: [],
  negative_bins: [],
  calibration: { probability: [], share: [], rows: [] },
};

test("the figures at a threshold are those of the confusion matrix", () => {
  const middle = at(COUNTS, 1);
  expect([middle.truePositive, middle.falsePositive, middle.falseNegative, middle.trueNegative]).toEqual([8, 6, 2, 24]);
  expect(middle.recall).toBeCloseTo(0.8, 12);
  expect(middle.fallOut).toBeCloseTo(0.2, 12);
  expect(middle.precision).toBeCloseTo(8 / 14, 12);
  expect(middle.f1).toBeCloseTo(16 / 24, 12);
  expect(middle.accuracy).toBeCloseTo(32 / 40, 12);
  expect(middle.lift).toBeCloseTo(8 / 14 / 0.25, 12);
});

test("the slider finds the nearest threshold, and the best distance of the rates", () => {
  expect(nearest(COUNTS, 0.45)).toBe(1);
  expect(nearest(COUNTS, 2)).toBe(0);
  expect(bestKs(everywhere(COUNTS))).toBe(1);
});
