import { mount } from "@vue/test-utils";
import { beforeEach, expect, test } from "vitest";

import { i18n, setLanguage } from "@/i18n";

import ColumnOrder from "./ColumnOrder.vue";

beforeEach(() => setLanguage("en"));

function opened(wanted?: number) {
  const order = mount(ColumnOrder, {
    props: {
      columns: ["a", "b", "c"],
      modelValue: [],
      ...(wanted ? { wanted } : {}),
      "onUpdate:modelValue": (value: string[]) => order.setProps({ modelValue: value }),
    },
    global: { plugins: [i18n] },
    attachTo: document.body,
  });
  return order;
}

test("columns are taken and moved with buttons, and the focus goes along", async () => {
  const order = opened();
  for (const column of ["b", "a"]) {
    await order.get("[data-testid=column]").setValue(column);
    await order.get("[data-testid=add-column]").trigger("click");
  }
  expect(order.findAll("li .name").map((name) => name.text())).toEqual(["b", "a"]);
  await order.get("[aria-label='Move a up']").trigger("click");
  await order.vm.$nextTick();
  expect(order.findAll("li .name").map((name) => name.text())).toEqual(["a", "b"]);
  // At the top there is no further up: the other button of the same column has the focus.
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Move a down");
  await order.get("[aria-label='Remove a']").trigger("click");
  expect(order.findAll("li .name").map((name) => name.text())).toEqual(["b"]);
});

test("no more columns are taken than the partner's rule has", async () => {
  const order = opened(1);
  await order.get("[data-testid=add-column]").trigger("click");
  expect(order.find("[data-testid=add-column]").exists()).toBe(false);
});
