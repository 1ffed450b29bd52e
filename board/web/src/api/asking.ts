/** Asks a moment after what it depends on has changed; a late answer to an old question is dropped. */
import { onScopeDispose, ref, watch, type Ref, type WatchSource } from "vue";

import { Problem } from "./client";

export interface Asked<T> {
  value: Ref<T | undefined>;
  problem: Ref<Problem | undefined>;
  busy: Ref<boolean>;
  now: () => Promise<void>;
}

const PAUSE_MS = 300;

/** `ask` returns nothing where there is nothing to ask yet. */
export function useAsk<T>(on: WatchSource[], ask: () => Promise<T> | undefined): Asked<T> {
  const value = ref<T>() as Ref<T | undefined>;
  const problem = ref<Problem>();
  const busy = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest = 0;

  async function now(): Promise<void> {
    clearTimeout(timer);
    newest += 1;
    const mine = newest;
    const asked = ask();
    busy.value = !!asked;
    try {
      const told = await asked;
      if (mine !== newest) return;
      value.value = told;
      problem.value = undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (mine !== newest) return;
      value.value = undefined;
      problem.value = error;
    } finally {
      if (mine === newest) busy.value = false;
    }
  }

  function later(): void {
    clearTimeout(timer);
    newest += 1; // what is on its way answers an old question
    timer = setTimeout(() => void now(), PAUSE_MS);
  }

  watch(on, later, { deep: true });
  later();
  onScopeDispose(() => {
    clearTimeout(timer);
    newest += 1;
  });
  return { value, problem, busy, now };
}
