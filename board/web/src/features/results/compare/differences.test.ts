import { expect, test } from "vitest";

import type { JobDetail } from "@/api/types";

import { changed, figures, parameters, seconds, type Run } from "./differences";

function run(rate: number, auc: number, ended: number): Run {
  const node = {
    id: "train",
    component: "vert_lr",
    title: "",
    params: { l2: rate, deep: { a: 1 } },
    own: {},
    inputs: [],
  };
  const task = { task: "train", started_ms: 1000, ended_ms: ended };
  return {
    job: { nodes: [node], tasks: [task], data_versions: {} } as unknown as JobDetail,
    reports: [
      {
        task: "eval",
        component: "evaluation",
        blocks: [{ kind: "metrics", title: "", values: { auc, objective: 1 - auc, rows: 5 } }],
      },
    ],
  };
}

test("only what differs is shown, with the better figure marked", () => {
  const runs = [run(0.1, 0.7, 3000), run(0.3, 0.72, 2500)];
  expect(changed(parameters(runs))).toEqual([{ name: "train.l2", values: [0.1, 0.3], best: -1 }]);
  expect(figures(runs).map((row) => [row.name, row.best])).toEqual([
    ["eval.auc", 1],
    ["eval.objective", 1],
    ["eval.rows", -1],
  ]);
  expect(seconds(runs)[0]?.values).toEqual([2, 1.5]);
});

test("errors are better when smaller; more trees, or purer leaves, are not", () => {
  const runs = [run(0.1, 0.7, 2000), run(0.1, 0.7, 2000)];
  const told = [
    { rmse: 2, r2: 0.5, log_loss: 0.4, trees: 20, leaf_purity: 0.9 },
    { rmse: 1, r2: 0.6, log_loss: 0.5, trees: 30, leaf_purity: 0.8 },
  ];
  runs.forEach((one, place) => (one.reports[0]!.blocks[0]!.values = told[place]!));
  expect(figures(runs).map((row) => row.best)).toEqual([1, 1, 0, -1, -1]);
});

test("a figure that only one run has is no competition", () => {
  const alone = run(0.1, 0.7, 2000);
  alone.reports[0]!.blocks = [];
  expect(figures([alone, run(0.1, 0.7, 2000)]).every((row) => row.best === -1)).toBe(true);
});
