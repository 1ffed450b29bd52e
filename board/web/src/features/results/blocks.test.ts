import { mount } from "@vue/test-utils";
import { afterEach, expect, test } from "vitest";

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

test("a block of an unknown kind is still shown", () => {
  expect(show({ kind: "tree", title: "T", text: "a < 1" }).text()).toContain("a < 1");
});
