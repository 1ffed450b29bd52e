import { mount } from "@vue/test-utils";
import { afterEach, expect, test } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";

import type { Check, Schedule } from "@/api/types";
import CheckList from "@/features/flows/start/CheckList.vue";
import NarrowFields from "@/features/inbox/NarrowFields.vue";
import RunStrip from "@/features/schedules/RunStrip.vue";
import WindowFields from "@/features/schedules/WindowFields.vue";
import { i18n } from "@/i18n";

const router = createRouter({
  history: createMemoryHistory(),
  routes: [
    { path: "/jobs/:job", name: "job", component: {} },
    { path: "/", component: {} },
  ],
});
const global = { plugins: [i18n, router] };
const run = { time_ms: 1, job: "", state: "refused", problem: "", code: "", party: "", tries: 0, data_versions: {} };

afterEach(() => {
  i18n.global.locale.value = "en";
});

test("the strip shows the oldest first and says why the newest was refused and who can act", () => {
  const runs: Schedule["runs"] = [
    { ...run, time_ms: 2, code: "HAN-6083", party: "bureau", problem: "no column x", tries: 2 },
    { ...run, job: "job-1", state: "succeeded" },
  ];
  const page = mount(RunStrip, { props: { runs }, global });
  expect(page.findAll("li").map((item) => item.find("a").exists())).toEqual([true, false]);
  const words = page.get("[data-testid=newest-run]").text();
  expect(words).toContain("The newest version lacks a column that the flow uses: no column x");
  expect(words).toContain("bureau can act");
  expect(words).toContain("tried 2 times again");
});

test("checks of a schedule have words for one run, several and any number", () => {
  const check = (what: Check["what"], state: Check["state"], about = "", name = ""): Check => ({
    what,
    state,
    about,
    party: "bureau",
    code: "",
    detail: "",
    name,
  });
  const checks = [
    check("runs", "ok", "1"),
    check("runs", "warning", "3"),
    check("runs", "ok"),
    check("newer", "warning"),
    check("window", "ok", "ds-17", "payments"),
    check("window", "ok", "ds-18"),
  ];
  const page = mount(CheckList, { props: { checks }, global });
  const told = page.findAll("li").map((item) => item.text());
  expect(told[0]).toContain("allows one more run.");
  expect(told[1]).toContain("allows 3 more runs.");
  expect(told[2]).toContain("any number of runs");
  expect(told[3]).toContain("for the present version only");
  expect(told[4]).toContain("the next run reads payments.");
  expect(told[5]).toContain("the next run reads ds-18.");
});

test("an age is asked for with the newest data only, and never below nothing", async () => {
  const page = mount(WindowFields, {
    props: { modelValue: { window: "newest", max_age_days: 0, retries: 0 } },
    global,
  });
  await page.get("[data-testid=window-age]").setValue("-3");
  await page.get("[data-testid=window-fixed]").setValue(true);
  const told = page.emitted("update:modelValue")!.map(([value]) => value);
  expect(told).toEqual([
    { window: "newest", max_age_days: 0, retries: 0 },
    { window: "fixed", max_age_days: 0, retries: 0 },
  ]);
  await page.setProps({ modelValue: { window: "fixed", max_age_days: 0, retries: 0 } });
  expect(page.find("[data-testid=window-age]").exists()).toBe(false);
});

test("what is granted in part never ends later than what was asked for", async () => {
  const end = Date.UTC(2027, 0, 31, 12);
  const permit = {
    project: "p",
    data_set: "d",
    name: "d",
    version: "v",
    columns: ["a", "b"],
    components: [],
    runs: 5,
    expires_ms: end,
    job: "",
    newer_versions: true,
  };
  const asked = { columns: ["a", "b"], runs: 5, expires_ms: end, newer_versions: true };
  const page = mount(NarrowFields, { props: { permit, modelValue: asked }, global });
  await page.get("[data-testid=narrow-column-a]").setValue(false);
  await page.get("[data-testid=narrow-until]").setValue("2027-01-31");
  await page.get("[data-testid=narrow-until]").setValue("2027-01-01");
  const told = page.emitted("update:modelValue")!.map(([value]) => value as typeof asked);
  expect(told[0]?.columns).toEqual(["b"]);
  expect(told[1]?.expires_ms).toBe(end);
  expect(told[2]?.expires_ms).toBe(Date.UTC(2027, 0, 1, 23, 59, 59));
});
