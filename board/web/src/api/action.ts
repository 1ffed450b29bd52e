/** Something a person asked for: busy while it runs, and the problem when it did not work. */
import { ref, type Ref } from "vue";

import { Problem } from "./client";

export interface Action {
  busy: Ref<boolean>;
  problem: Ref<Problem | undefined>;
  /** Runs it; true when it worked. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useAction(): Action {
  const busy = ref(false);
  const problem = ref<Problem>();
  async function run(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true;
    problem.value = undefined;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem.value = error;
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, problem, run };
}
