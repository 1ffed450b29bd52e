/** Names of things of which a page has only the ids; where the board knows none, the id stands. */
import { reactive } from "vue";

import { call, Problem } from "@/api/client";
import type { ProjectDetail } from "@/api/types";

export interface Titles {
  job: (job: string) => string;
  project: (project: string) => string;
  /** Ours, or one that a member offers in the project. */
  dataSet: (dataSet: string, project: string) => string;
}

/** A page asks once for each name; the next page asks again, for names change. */
export function useTitles(): Titles {
  const known = reactive(new Map<string, { name: string; data_sets?: ProjectDetail["data_sets"] }>());
  const asked = new Set<string>();

  async function ask(path: string): Promise<void> {
    try {
      known.set(path, await call("GET", path));
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // its id says enough
    }
  }
  function find(kind: string, id: string): { name: string; data_sets?: ProjectDetail["data_sets"] } | undefined {
    const path = `/${kind}/${encodeURIComponent(id)}`;
    if (!asked.has(path)) {
      asked.add(path);
      void ask(path);
    }
    return known.get(path);
  }
  return {
    job: (job) => find("jobs", job)?.name || job,
    project: (project) => find("projects", project)?.name || project,
    dataSet: (dataSet, project) =>
      find("projects", project)?.data_sets?.find((offer) => offer.data_set === dataSet)?.name ||
      find("data-sets", dataSet)?.name ||
      dataSet,
  };
}
