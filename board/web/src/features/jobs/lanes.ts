/** Each party's part of a task, and what the parts say of the whole: how far the slowest is, and who waits for whom. */
import type { Job, Task } from "@/api/types";

type Lane = Task["lanes"][string];
export interface Part {
  member: string;
  state: Task["state"] | "starting";
  lane: Lane | undefined;
}

const OLD_MS = 30_000; // our flow asks the promoter's at least every ten seconds

/** The parties' parts in the order of the job's parties. */
export function parts(job: Pick<Job, "parties">, task: Task): Part[] {
  return job.parties.flatMap(({ member }) => {
    const state = task.party_states[member];
    return state ? [{ member, state, lane: task.lanes[member] }] : [];
  });
}

/** How far a task is: as far as the slowest party that has said so. */
export function reached(task: Task): number {
  const told = Object.entries(task.lanes).map(([member, lane]) =>
    task.party_states[member] === "ready" ? 1 : lane.progress,
  );
  return told.length ? Math.min(...told) : task.progress;
}

export function waits(task: Task): { member: string; whom: string }[] {
  if (task.state !== "running") return [];
  return Object.entries(task.lanes)
    .filter(([member, lane]) => lane.waits_for && task.party_states[member] === "running")
    .map(([member, lane]) => ({ member, whom: lane.waits_for }));
}

/** Whether the promoter's last word is so old that the others may stand elsewhere by now. */
export function outdated(job: Pick<Job, "heard_ms">, going: boolean, nowMs: number): boolean {
  return going && job.heard_ms > 0 && nowMs - job.heard_ms > OLD_MS;
}
