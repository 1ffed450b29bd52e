/** An alignment's state as people see it: what is paused says so, whatever it would do otherwise. */
import { ENDED, type Task } from "../types";

export function ended(task: Pick<Task, "state">): boolean {
  return ENDED.includes(task.state);
}

export function seenState(task: Pick<Task, "state" | "paused_by">): string {
  return task.paused_by && !ended(task) ? "paused" : task.state;
}
