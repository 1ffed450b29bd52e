import { expect, test } from "vitest";

import { PRESETS, readable, told } from "./cron";

test.each([
  ["* * * * *", "everyMinute", {}],
  ["*/15 * * * *", "everyMinutes", { n: 15 }],
  ["5 * * * *", "hourly", { minute: "05" }],
  ["0 */6 * * *", "everyHours", { n: 6, minute: "00" }],
  ["30 2 * * *", "daily", { time: "02:30" }],
  ["0 6 * * 1-5", "weekdays", { time: "06:00" }],
  ["0 6 * * mon,wed", "weekly", { days: [1, 3], time: "06:00" }],
  ["0 6 * * 7", "weekly", { days: [0], time: "06:00" }],
  ["0 3 1 * *", "monthly", { day: 1, time: "03:00" }],
  ["0 3 1 6 *", "other", { cron: "0 3 1 6 *" }],
  ["0 3 1 * 1", "other", { cron: "0 3 1 * 1" }],
  ["1,2 3 * * *", "other", { cron: "1,2 3 * * *" }],
  ["0 6 * * 5-1", "other", { cron: "0 6 * * 5-1" }],
  ["nonsense", "other", { cron: "nonsense" }],
])("%s", (cron, key, about) => expect(told(cron)).toEqual({ key, about }));

test("five fields are readable, and every preset has words", () => {
  expect(readable("0 6 * *")).toBe(false);
  expect(readable("0 6 * * !")).toBe(false);
  for (const [, cron] of PRESETS) expect([readable(cron), told(cron).key !== "other"]).toEqual([true, true]);
});
