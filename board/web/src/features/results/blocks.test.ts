import { mount } from "@vue/test-utils";
import { afterEach, expect, test, vi } from "vitest";

import type { Block } from "@/api/types";
import BlockView from "@/features/results/BlockView.vue";
import { i18n } from "@/i18n";

function show(block: Block): ReturnType<typeof mount> {
  return mount(BlockView, { props: { block }, global: { plugins: [i18n] } });
}

afterEach(() => {
  i18n.global.locale.value = "en";
});

test("each figure has a name in the reader's language and a mark for tests", () => {
  i18n.global.locale.value = "zh";
  const page = show({ kind: "metrics", title: "metrics", values: { auc: 0.73621, rows: 1200, odd_one: 1 } });
  expect(page.get("[data-testid=metric-auc] strong").text()).toBe("0.7362");
  expect(page.get("[data-testid=metric-rows]").text()).toBe("行数1,200");
  expect(page.get("[data-testid=metric-odd_one]").text()).toContain("odd_one");
});

test("a gain that is within its error is not called one", () => {
  const gain = { alone: { auc: 0.7, ks: 0.3, columns: 5 }, federated: { auc: 0.71, ks: 0.31 }, auc_gain: 0.01 };
  const page = show({ kind: "gain", title: "What joining gained", ...gain, auc_gain_deviation: 0.02 } as Block);
  expect(page.text()).toContain("+0.0100");
  expect(page.text()).toContain("within what chance explains");
});

test("columns of numbers stand at the right, others at the left", () => {
  const page = show({ kind: "table", title: "Own weights", columns: ["column", "weight"], rows: [["AGE", 0.5]] });
  expect(page.findAll("th").map((head) => head.classes("right"))).toEqual([false, true]);
});

test("people's own words in a table stay as they are, whatever the reader's language", () => {
  i18n.global.locale.value = "zh";
  const rows = [
    ["intercept", 1],
    ["rows", 2],
  ];
  const page = show({ kind: "table", title: "Own weights", columns: ["column", "weight"], rows });
  expect(page.findAll("td").map((cell) => cell.text())).toEqual(["截距", "1", "rows", "2"]);
});

test("a confusion matrix of several classes names them, and has the shares of each row", async () => {
  const columns = ["class", "predicted as low", "predicted as test"];
  const rows = [
    ["low", 3, 1],
    ["test", 0, 1200],
  ];
  const page = show({ kind: "table", title: "Confusion matrix", columns, rows });
  await vi.waitFor(() => expect(page.find("[data-testid=confusion]").exists()).toBe(true));
  expect(page.findAll("th").map((head) => head.text())).toEqual([...columns.slice(1), "low", "test"]);
  expect(page.findAll("td.numbers").map((cell) => cell.text())).toEqual([
    "3 (75.0 %)",
    "1 (25.0 %)",
    "0 (0.0 %)",
    "1,200 (100.0 %)",
  ]);
});

test("figures of trees and of numbers have names, counts no decimals", () => {
  i18n.global.locale.value = "zh";
  const values = { trees: 30, epochs: 5, rmse: 1339.4567, r2: 0.51234, leaf_purity: 0.9 };
  const page = show({ kind: "metrics", title: "metrics", values });
  expect(page.findAll(".card").map((figure) => figure.text())).toEqual([
    "树30",
    "轮数5",
    "均方根误差（RMSE）1,339.5",
    "决定系数 R²0.5123",
    "叶子纯度0.9000",
  ]);
});

test("a block of an unknown kind is still shown", () => {
  expect(show({ kind: "tree", title: "T", text: "a < 1" }).text()).toContain("a < 1");
});
