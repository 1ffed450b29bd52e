import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick, ref } from "vue";

import { useAsk } from "./asking";
import { Problem } from "./client";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("it asks once after a row of changes, and an old answer that comes late is dropped", async () => {
  const typed = ref("a");
  const asked: string[] = [];
  const answers: ((told: string) => void)[] = [];
  const scope = effectScope();
  const { value, busy } = scope.run(() =>
    useAsk([typed], () => {
      asked.push(typed.value);
      return new Promise<string>((resolve) => answers.push(resolve));
    }),
  )!;
  await vi.advanceTimersByTimeAsync(400);
  expect([asked, busy.value]).toEqual([["a"], true]);
  for (const text of ["ab", "abc"]) {
    typed.value = text;
    await nextTick();
  }
  answers[0]?.("old");
  await vi.advanceTimersByTimeAsync(400);
  expect([asked, value.value]).toEqual([["a", "abc"], undefined]);
  answers[1]?.("new");
  await vi.advanceTimersByTimeAsync(0);
  expect([value.value, busy.value]).toEqual(["new", false]);
  scope.stop();
  typed.value = "over";
  await vi.advanceTimersByTimeAsync(400);
  expect(asked.length).toBe(2);
});

test("a problem takes the place of the value, and nothing is asked where there is nothing to ask", async () => {
  const typed = ref("bad");
  const scope = effectScope();
  const { value, problem } = scope.run(() =>
    useAsk([typed], () => (typed.value ? Promise.reject(new Problem(400, "HAN-8005", "no", "", "")) : undefined)),
  )!;
  await vi.advanceTimersByTimeAsync(400);
  expect(problem.value?.code).toBe("HAN-8005");
  typed.value = "";
  await vi.advanceTimersByTimeAsync(400);
  expect([value.value, problem.value]).toEqual([undefined, undefined]);
  scope.stop();
});
