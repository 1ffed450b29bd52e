/** What differs between runs: parameters, figures, data and times, as rows of a table with a column a run. */
import type { Block, JobDetail } from "@/api/types";

export interface Run {
  job: JobDetail;
  reports: { task: string; component: string; blocks: Block[] }[];
}

export interface Row {
  name: string;
  /** The id, where the name is what people call it. */
  title?: string;
  values: (string | number | undefined)[];
  /** Place of the best value, where one is better; -1 otherwise. */
  best: number;
}

const LOWER_IS_BETTER = new Set(["objective", "validation_objective", "loss", "log_loss", "rmse", "mae"]);
const NO_RANK = new Set(["rows", "columns", "common", "train_rows", "test_rows", "trees", "epochs", "leaf_purity"]);

export function parameters(runs: Run[]): Row[] {
  return table(
    runs.map((run) =>
      Object.fromEntries(
        run.job.nodes.flatMap((node) => [
          ...flat(`${node.id}`, node.params),
          ...flat(`${node.id}`, node.own),
          [`${node.id}`, node.component] as const,
        ]),
      ),
    ),
  );
}

export function versions(runs: Run[]): Row[] {
  return table(runs.map((run) => run.job.data_versions));
}

export function figures(runs: Run[]): Row[] {
  const rows = table(
    runs.map((run) =>
      Object.fromEntries(
        run.reports.flatMap((report) =>
          report.blocks
            .filter((block) => block.kind === "metrics")
            .flatMap((block) =>
              Object.entries(block.values ?? {}).map(([name, value]) => [`${report.task}.${name}`, value]),
            ),
        ),
      ),
    ),
  );
  return rows.map((row) => ({ ...row, best: bestOf(row) }));
}

export function seconds(runs: Run[]): Row[] {
  return table(
    runs.map((run) =>
      Object.fromEntries(
        run.job.tasks
          .filter((task) => task.started_ms && task.ended_ms)
          .map((task) => [task.task, (task.ended_ms - task.started_ms) / 1000]),
      ),
    ),
  );
}

/** Rows in which the runs are not all alike. */
export function changed(rows: Row[]): Row[] {
  return rows.filter((row) => new Set(row.values.map((value) => JSON.stringify(value ?? null))).size > 1);
}

function bestOf(row: Row): number {
  const name = row.name.split(".").pop() ?? "";
  if (NO_RANK.has(name)) return -1;
  const numbers = row.values.map((value) => (typeof value === "number" ? value : NaN));
  const known = numbers.filter((value) => !Number.isNaN(value));
  if (known.length < 2 || new Set(known).size < 2) return -1;
  return numbers.indexOf(LOWER_IS_BETTER.has(name) ? Math.min(...known) : Math.max(...known));
}

type Value = string | number;

function table(columns: Record<string, Value>[]): Row[] {
  const names = [...new Set(columns.flatMap((column) => Object.keys(column)))];
  return names.map((name) => ({ name, values: columns.map((column) => column[name]), best: -1 }));
}

function flat(prefix: string, value: unknown): [string, Value][] {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flat(`${prefix}.${key}`, inner));
  }
  return [[prefix, typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value)]];
}
