/** A request as a page sees it: nothing yet, loading, a value, or a problem. */
import { onScopeDispose, ref, type Ref } from "vue";

import { Problem } from "./client";

export interface Loaded<T> {
  value: Ref<T | undefined>;
  problem: Ref<Problem | undefined>;
  loading: Ref<boolean>;
  reload: () => Promise<void>;
}

/** Loads at once and on `reload`; with `everyMs`, again and again while the page is open and visible. */
export function useLoad<T>(load: () => Promise<T>, everyMs = 0): Loaded<T> {
  const value = ref<T>() as Ref<T | undefined>;
  const problem = ref<Problem>();
  const loading = ref(false);

  async function reload(): Promise<void> {
    loading.value = true;
    try {
      value.value = await load();
      problem.value = undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem.value = error;
    } finally {
      loading.value = false;
    }
  }

  void reload();
  if (everyMs > 0) {
    const timer = setInterval(() => {
      if (!document.hidden && !loading.value) void reload();
    }, everyMs);
    onScopeDispose(() => clearInterval(timer));
  }
  return { value, problem, loading, reload };
}
