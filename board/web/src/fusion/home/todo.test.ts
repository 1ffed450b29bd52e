import { expect, test } from "vitest";

import type { Partner, Task } from "../types";
import { todos } from "./todo";

const DAY = 86_400_000;
const NOW = 100 * DAY;

function task(id: string, more: Partial<Task>): Task {
  return {
    task: id,
    partner: "beta",
    name: "",
    state: "running",
    paused_by: "",
    created_ms: 1,
    ended_ms: 0,
    ...more,
  } as Task;
}

test("proposals come first, then partners to confirm, what we paused, and failures of the last days", () => {
  const tasks = [
    task("old", { state: "failed", ended_ms: NOW - 8 * DAY }),
    task("new", { state: "failed", ended_ms: NOW - DAY }),
    task("ours", { paused_by: "us" }),
    task("theirs", { paused_by: "beta" }),
    task("asks", { state: "pending_approval" }),
    task("runs", {}),
  ];
  const partners = [
    { node: "gamma", state: "unconfirmed", added_ms: 5 },
    { node: "beta", state: "confirmed", added_ms: 5 },
  ] as Partner[];
  expect(todos(tasks, partners, NOW).map((one) => [one.kind, one.id])).toEqual([
    ["proposal", "asks"],
    ["confirm", "gamma"],
    ["paused", "ours"],
    ["failed", "new"],
  ]);
});

test("of one kind the newest is first", () => {
  const asked = [1, 3, 2].map((ms) => task(`t${ms}`, { state: "pending_approval", created_ms: ms }));
  expect(todos(asked, [], NOW).map((one) => one.id)).toEqual(["t3", "t2", "t1"]);
});
