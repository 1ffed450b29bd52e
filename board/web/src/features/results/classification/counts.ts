/** Every curve of a binary classifier from the counts at its thresholds (descending), as `evaluation` reports them. */
import type { Values } from "@/api/types";

export interface Classification {
  auc: number;
  auc_interval: [number, number] | null;
  threshold: number;
  positives: number;
  negatives: number;
  thresholds: number[];
  true_positives: number[];
  false_positives: number[];
  positive_bins: number[];
  negative_bins: number[];
  calibration: { probability: number[]; share: number[]; rows: number[] };
}

/** What holds at one threshold; a share of nothing is NaN and shown as a dash. */
export interface At {
  threshold: number;
  truePositive: number;
  falsePositive: number;
  trueNegative: number;
  falseNegative: number;
  recall: number;
  fallOut: number;
  precision: number;
  f1: number;
  accuracy: number;
  share: number;
  lift: number;
}

export function at(counts: Classification, index: number): At {
  const truePositive = counts.true_positives[index] ?? 0;
  const falsePositive = counts.false_positives[index] ?? 0;
  const falseNegative = counts.positives - truePositive;
  const trueNegative = counts.negatives - falsePositive;
  const rows = counts.positives + counts.negatives;
  const called = truePositive + falsePositive;
  const precision = truePositive / called;
  return {
    threshold: counts.thresholds[index] ?? 0,
    truePositive,
    falsePositive,
    trueNegative,
    falseNegative,
    recall: truePositive / counts.positives,
    fallOut: falsePositive / counts.negatives,
    precision,
    f1: (2 * truePositive) / (2 * truePositive + falsePositive + falseNegative),
    accuracy: (truePositive + trueNegative) / rows,
    share: called / rows,
    lift: precision / (counts.positives / rows),
  };
}

export function everywhere(counts: Classification): At[] {
  return counts.thresholds.map((_, index) => at(counts, index));
}

/** Place of the threshold nearest to `wanted`. */
export function nearest(counts: Classification, wanted: number): number {
  let best = 0;
  counts.thresholds.forEach((value, index) => {
    if (Math.abs(value - wanted) < Math.abs((counts.thresholds[best] ?? 0) - wanted)) best = index;
  });
  return best;
}

/** Place of the largest distance of the two rates. */
export function bestKs(points: At[]): number {
  let best = 0;
  points.forEach((point, index) => {
    const other = points[best];
    if (other && point.recall - point.fallOut > other.recall - other.fallOut) best = index;
  });
  return best;
}

export type Column = { [K in keyof At]: At[K] extends number ? K : never }[keyof At];

/** One column of the points, for a chart; the curve starts where nothing is called positive. */
export function column(points: At[], name: string, key: Column, start?: number): Values {
  const values = points.map((point) => point[key]);
  return { name, values: start === undefined ? values : [start, ...values] };
}
