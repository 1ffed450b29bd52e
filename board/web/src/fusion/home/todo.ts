/** What waits for the people of this node, the most urgent kind first. */
import type { Partner, Task } from "../types";

export interface Todo {
  kind: "proposal" | "confirm" | "paused" | "failed";
  /** The alignment, or the partner that it is about. */
  id: string;
  partner: string;
  name: string;
  ms: number;
}

const RECENT_MS = 7 * 86_400_000; // older failures are history
const KINDS: Todo["kind"][] = ["proposal", "confirm", "paused", "failed"];

export function todos(tasks: Task[], partners: Partner[], nowMs: number): Todo[] {
  const found: Todo[] = [];
  for (const task of tasks) {
    const about = { id: task.task, partner: task.partner, name: task.name };
    if (task.state === "pending_approval") found.push({ kind: "proposal", ...about, ms: task.created_ms });
    else if (task.paused_by === "us") found.push({ kind: "paused", ...about, ms: task.created_ms });
    else if (task.state === "failed" && nowMs - task.ended_ms < RECENT_MS)
      found.push({ kind: "failed", ...about, ms: task.ended_ms });
  }
  for (const partner of partners)
    if (partner.state === "unconfirmed")
      found.push({ kind: "confirm", id: partner.node, partner: partner.node, name: "", ms: partner.added_ms });
  return found.sort((one, two) => KINDS.indexOf(one.kind) - KINDS.indexOf(two.kind) || two.ms - one.ms);
}
