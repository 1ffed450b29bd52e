/** How long a task will still take, said as a range; unknown is said too. */
export interface Sample {
  ms: number;
  progress: number;
}

export type Left =
  { kind: "left"; fromMs: number; toMs: number } | { kind: "unknown" } | { kind: "quiet"; sinceMs: number };

const LEAST_PROGRESS = 0.05;
const LEAST_MS = 5000;
const RECENT_MS = 90_000;
const QUIET_MS = 60_000;
const [OPTIMISM, PESSIMISM] = [0.8, 1.3];

/** Remembers how tasks got on while the page was open. */
export class Pace {
  private readonly samples = new Map<string, Sample[]>();

  note(task: string, progress: number, nowMs: number): void {
    const known = this.samples.get(task) ?? [];
    const last = known[known.length - 1];
    if (last && progress < last.progress) known.length = 0; // a new attempt
    if (!last || progress !== last.progress) known.push({ ms: nowMs, progress });
    this.samples.set(task, known.length > 500 ? known.slice(-250) : known);
  }

  left(task: string, startedMs: number, nowMs: number): Left {
    const known = this.samples.get(task) ?? [];
    const last = known[known.length - 1];
    const first = known[0];
    if (!last || !first || last.progress < LEAST_PROGRESS || last.ms - startedMs < LEAST_MS) return { kind: "unknown" };
    if (nowMs - last.ms > QUIET_MS) return { kind: "quiet", sinceMs: last.ms };
    const rates = [last.progress / (last.ms - startedMs)];
    const recent = known.find((sample) => nowMs - sample.ms <= RECENT_MS) ?? first;
    if (last.ms - recent.ms >= LEAST_MS) rates.push((last.progress - recent.progress) / (last.ms - recent.ms));
    const since = nowMs - last.ms;
    const needed = rates.map((rate) => Math.max(0, (1 - last.progress) / rate - since));
    return { kind: "left", fromMs: Math.min(...needed) * OPTIMISM, toMs: Math.max(...needed) * PESSIMISM };
  }
}
