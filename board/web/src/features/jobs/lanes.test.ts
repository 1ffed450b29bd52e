import { mount } from "@vue/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";

import type { JobDetail, Task } from "@/api/types";
import { i18n, said, setLanguage } from "@/i18n";

import { outdated, parts, reached, waits } from "./lanes";
import NodeRun from "./NodeRun.vue";

const router = createRouter({
  history: createMemoryHistory(),
  routes: [
    { path: "/jobs/:job/results/:task", name: "result", component: {} },
    { path: "/jobs/:job", name: "job", component: {} },
    { path: "/", component: {} },
  ],
});
const lane = { progress: 0, step: "", waits_for: "", failure: null };
const task: Task = {
  task: "align",
  title: "",
  component: "psi",
  state: "running",
  attempt: 1,
  progress: 1,
  step: "done",
  waiting: null,
  failure: null,
  started_ms: 1000,
  ended_ms: 0,
  party_states: { bureau: "ready", bank: "running" },
  reused_from: "",
  attempt_ms: 1000,
  past: [],
  lanes: {
    bureau: { ...lane, progress: 0.98, waits_for: "bank" },
    bank: { ...lane, progress: 0.25, step: "iteration 3 of 60", waits_for: "retailer" },
  },
};
const job: JobDetail = {
  job: "job-1",
  project: "p",
  flow: "",
  name: "",
  state: "running",
  own_role: "provider",
  decision_needed: false,
  parties: [
    { member: "bank", role: "promoter" },
    { member: "bureau", role: "provider" },
    { member: "retailer", role: "provider" },
  ],
  tasks: [task],
  waiting: null,
  failure: null,
  created_ms: 0,
  created_by: "",
  deadline_ms: 0,
  started_ms: 1000,
  ended_ms: 0,
  revision: 1,
  heard_ms: 100_000,
  nodes: [],
  data_versions: {},
  reuse_from: "",
  reused: {},
};

function page(one: JobDetail, nowMs = 110_000) {
  const props = { job: one, task: one.tasks[0] ?? task, sent: [], canRerun: false, busy: false, nowMs };
  return mount(NodeRun, { props, global: { plugins: [i18n, router] } });
}

afterEach(() => {
  setLanguage("en");
});

test("a task is as far as its slowest party, and only those at work wait", () => {
  expect(reached(task)).toBe(0.25);
  expect(reached({ ...task, lanes: {}, progress: 0.5 })).toBe(0.5);
  expect(waits(task)).toEqual([{ member: "bank", whom: "retailer" }]);
  expect(waits({ ...task, state: "failed" })).toEqual([]);
  expect(parts(job, task).map((part) => part.member)).toEqual(["bank", "bureau"]);
});

test("the promoter's word grows old while the job goes on", () => {
  expect(outdated(job, true, 125_000)).toBe(false);
  expect(outdated(job, true, 131_000)).toBe(true);
  expect(outdated(job, false, 131_000)).toBe(false);
  expect(outdated({ heard_ms: 0 }, true, 131_000)).toBe(false);
});

test("a provider sees the promoter's lane, whom it waits for, and from whom and when that is known", () => {
  const shown = page(job);
  const bank = shown.get("[data-lane=bank]");
  expect(bank.attributes("data-state")).toBe("running");
  expect(bank.text()).toContain("iteration 3 of 60");
  expect(bank.text()).toContain("waits for retailer");
  expect(shown.get("[data-lane=bureau]").text()).not.toContain("waits for");
  expect(shown.get("[data-testid=told-by]").text()).toContain("as bank told them");
  const later = page(job, 160_000).get("[data-testid=told-by]");
  expect(later.attributes("data-old")).toBe("true");
  expect(later.text()).toContain("bank has told nothing for 1 min");
  expect(
    page({ ...job, heard_ms: 0 })
      .get("[data-testid=told-by]")
      .text(),
  ).toContain("nothing of the other parties");
  expect(
    page({ ...job, own_role: "promoter" })
      .find("[data-testid=told-by]")
      .exists(),
  ).toBe(false);
});

test("a failed lane says who, code, cause and next step, in the reader's language", async () => {
  const failure = {
    code: "HAN-4016",
    detail: "the label y has the values 1, 2; 0 and 1 are needed",
    hint: "Two classes are written as 0 and 1; vert_secureboost (softmax) learns several classes, vert_linear numbers.",
    party: "bank",
    component: "psi",
  };
  const failed: Task = {
    ...task,
    state: "failed",
    party_states: { bank: "failed", bureau: "stopped" },
    lanes: { ...task.lanes, bank: { ...lane, failure } },
  };
  setLanguage("zh");
  await vi.waitFor(() => expect(said("done", "steps")).toBe("完成"));
  const words = page({ ...job, tasks: [failed] })
    .get("[data-lane=bank] [data-testid=lane-failure]")
    .text();
  expect(words).toContain("HAN-4016");
  expect(words).toContain(i18n.global.t("error.HAN-4016"));
  expect(words).toContain("标签 y 的取值为 1, 2；须为 0 和 1");
  expect(words).toContain("→ 两类标签须写作 0 和 1；多个类别请用 vert_secureboost（softmax），数值请用 vert_linear。");
});
