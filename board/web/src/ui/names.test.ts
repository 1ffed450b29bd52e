import { mount } from "@vue/test-utils";
import { beforeEach, expect, test } from "vitest";

import { i18n, setLanguage } from "@/i18n";

import ColumnSelect from "./ColumnSelect.vue";
import { fitting, MANY } from "./names";
import TickList from "./TickList.vue";

beforeEach(() => setLanguage("en"));
const names = Array.from({ length: 80 }, (_, place) => `col ${String(place).padStart(2, "0")}`);

function ticks(all: string[], chosen: string[]) {
  const list = mount(TickList, {
    props: {
      names: all,
      modelValue: chosen,
      "onUpdate:modelValue": (value: string[]) => list.setProps({ modelValue: value }),
    },
    global: { plugins: [i18n] },
  });
  return list;
}

test("what is sought is found whatever the case, and nothing sought is all", () => {
  expect(fitting(["Phone", "电话", "name"], " PHO ")).toEqual(["Phone"]);
  expect(fitting(["Phone", "电话"], "电")).toEqual(["电话"]);
  expect(fitting(names, " ")).toEqual(names);
});

test("of many names, those that are shown are ticked and cleared at once, the others stay", async () => {
  const list = ticks(names, names);
  await list.get("[data-testid=tick-none]").trigger("click");
  expect(list.props("modelValue")).toEqual([]);
  expect(list.get("[data-testid=tick-least]").text()).toBe("Choose one at least.");
  await list.get("[data-testid=tick-filter]").setValue("col 7");
  expect(list.findAll(".ticks input")).toHaveLength(10);
  await list.get("[data-testid=tick-all]").trigger("click");
  await list.get("[data-testid=tick-filter]").setValue("col 03");
  await list.get(".ticks input").setValue(true);
  expect(list.props("modelValue")).toEqual(["col 03", ...names.slice(70)]);
  expect(list.get("[data-testid=tick-count]").text()).toBe("11 of 80 chosen");
});

test("a few names need no filter", () => {
  expect(ticks(names.slice(0, MANY), []).find("[data-testid=tick-filter]").exists()).toBe(false);
});

test("a column of many is found by a part of its name, and taken with Enter", async () => {
  const taken: string[] = [];
  const select = mount(ColumnSelect, {
    props: {
      columns: names,
      label: "Column",
      testid: "column",
      modelValue: names[0] ?? "",
      "onUpdate:modelValue": (value: string) => select.setProps({ modelValue: value }),
      onTaken: () => taken.push(select.props("modelValue")),
    },
    global: { plugins: [i18n] },
  });
  await select.get("[data-testid=column-filter]").setValue("42");
  await select.get("[data-testid=column-filter]").trigger("keydown", { key: "Enter" });
  expect(taken).toEqual(["col 42"]);
  await select.get("[data-testid=column-filter]").setValue("none of them");
  expect(select.props("modelValue")).toBe("");
});
