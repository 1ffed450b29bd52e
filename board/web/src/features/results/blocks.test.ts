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

test("a confusion table shows counts and shares of each row", () => {
  const rows = [
    ["real 0", 90, 10],
    ["real 1", 0, 0],
  ];
  const page = show({ kind: "table", title: "Confusion at 0.5", columns: ["", "predicted 0", "predicted 1"], rows });
  expect(page.get("h2").text()).toBe("Confusion (0.5)");
  expect(page.findAll("td").map((cell) => cell.text())).toEqual([
    "90 (90.0 %)",
    "10 (10.0 %)",
    "0 (0.0 %)",
    "0 (0.0 %)",
  ]);
});

test("columns of numbers stand at the right, others at the left", () => {
  const page = show({ kind: "table", title: "Own weights", columns: ["column", "weight"], rows: [["AGE", 0.5]] });
  expect(page.findAll("th").map((head) => head.classes("right"))).toEqual([false, true]);
});

test("a block of an unknown kind is still shown", () => {
  expect(show({ kind: "tree", title: "T", text: "a < 1" }).text()).toContain("a < 1");
});
