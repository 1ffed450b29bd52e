import { flushPromises, mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { i18n, setLanguage } from "@/i18n";

import type { DataSet, Task } from "../types";
import AnswerForm from "./AnswerForm.vue";

const PAUSE_MS = 400;
const task = {
  task: "t",
  partner: "beta",
  role: "sender",
  learns: "receiver",
  schedule: "",
  key_rule: { columns: 1, trim: true, case: "keep", form: "NFC", hash: "none" },
} as unknown as Task;
const dataSets = ["one", "two"].map((name) => ({
  data_set: name,
  name,
  rows: 3,
  columns: [{ name: "id" }, { name: "phone" }],
})) as unknown as DataSet[];

beforeEach(() => {
  setLanguage("en");
  vi.useFakeTimers();
  const nothing = { compared: true, shapes_in_common: 0, warning: "None of them", examples_ours: ["9{3}"] };
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(Response.json(nothing))),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  await flushPromises();
}

test("whoever accepts ids that look like none of the partner's says so for these columns, and for no others", async () => {
  const form = mount(AnswerForm, {
    props: { task, dataSets, busy: false, problem: undefined },
    global: { plugins: [i18n], stubs: { RouterLink: true } },
  });
  const accept = () => form.get("[data-testid=accept]");
  expect(accept().attributes("disabled")).toBeDefined();
  await form.get("[data-testid=add-column]").trigger("click");
  await settled();
  await form.get("[data-testid=accept-anyway]").setValue(true);
  await form.get("form").trigger("submit");
  expect(form.emitted("answer")?.[0]).toEqual([
    {
      accept: true,
      data_set: "one",
      columns: ["id"],
      columns_of_result: [],
      hashed_here: false,
      accept_anyway: true,
      value_column: "",
      empty_as_zero: false,
      also_next: null,
    },
  ]);
  await form.get("[data-testid=data-set]").setValue("two");
  expect(accept().attributes("disabled")).toBeDefined();
  await form.get("[data-testid=column]").setValue("phone");
  await form.get("[data-testid=add-column]").trigger("click");
  await settled();
  await form.get("form").trigger("submit");
  expect(form.emitted("answer")?.[1]?.[0]).toMatchObject({ data_set: "two", columns: ["phone"], accept_anyway: false });
});

test("a refusal takes the reason along", async () => {
  const form = mount(AnswerForm, {
    props: { task, dataSets: [], busy: false, problem: undefined },
    global: { plugins: [i18n], stubs: { RouterLink: true } },
  });
  await form.get("[data-testid=refuse-reason]").setValue("not now");
  await form.get("dialog form").trigger("submit");
  expect(form.emitted("answer")).toEqual([[{ accept: false, reason: "not now" }]]);
});

test.each([
  ["sender", "phone"],
  ["receiver", ""],
])("asked for a sum, the %s accepts with the value %j", async (role, column) => {
  const sum = { ...task, role, learns: "sum", value_decimals: 2, at_least: 10, schedule: "s" } as Task;
  const form = mount(AnswerForm, {
    props: { task: sum, dataSets, busy: false, problem: undefined },
    global: { plugins: [i18n], stubs: { RouterLink: true } },
  });
  const fields = form.get("[data-testid=sum-fields]");
  expect(fields.text()).toContain("fewer than 10 ids");
  expect(fields.text()).toContain("2 decimals");
  expect(fields.text()).toContain("The schedule tells one sum after the other");
  await form.get("[data-testid=add-column]").trigger("click");
  await settled();
  expect(form.find("[data-testid=value-column]").exists()).toBe(!!column);
  if (column) {
    expect(form.get("[data-testid=accept]").attributes("disabled")).toBeDefined();
    await form.get("[data-testid=value-column]").setValue(column);
    await form.get("[data-testid=empty-as-zero]").setValue(true);
  } else expect(fields.text()).toContain("beta names the column");
  await form.get("form").trigger("submit");
  expect(form.emitted("answer")?.[0]?.[0]).toMatchObject({ value_column: column, empty_as_zero: !!column });
});
