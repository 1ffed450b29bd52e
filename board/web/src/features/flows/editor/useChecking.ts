/** Asks the board, a moment after each change, what keeps the drawn graph from running. */
import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import { call, Problem } from "@/api/client";
import type { FlowProblem } from "@/api/types";
import { said } from "@/i18n";

import type { Editor } from "./useEditor";

const SOON_MS = 350;

export interface Checking {
  problems: Ref<FlowProblem[]>;
  checking: Ref<boolean>;
  broken: Ref<Problem | undefined>;
  byNode: ComputedRef<Map<string, FlowProblem[]>>;
  words: (problem: FlowProblem) => string;
}

export function useChecking(editor: Editor, flow: string): Checking {
  const { t, te } = useI18n();
  const problems = ref<FlowProblem[]>([]);
  const checking = ref(false);
  const broken = ref<Problem>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  async function check(): Promise<void> {
    const mine = (asked += 1);
    try {
      const body = { graph: editor.graph.value };
      const told = await call<{ problems: FlowProblem[] }>("POST", `/flows/${encodeURIComponent(flow)}/validation`, {
        body,
      });
      if (mine !== asked) return; // a newer question is on its way
      problems.value = told.problems;
      broken.value = undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (mine === asked) broken.value = error;
    }
    if (mine === asked) checking.value = false;
  }

  watch(editor.graph, () => {
    checking.value = true;
    clearTimeout(timer);
    timer = setTimeout(() => void check(), SOON_MS);
  });
  onScopeDispose(() => clearTimeout(timer));

  const byNode = computed(() => {
    const found = new Map<string, FlowProblem[]>();
    for (const problem of problems.value) found.set(problem.node, [...(found.get(problem.node) ?? []), problem]);
    return found;
  });
  function words(problem: FlowProblem): string {
    const key = `flows.problem.${problem.kind}`;
    return te(key) ? t(key, problem.about) : said(problem.text);
  }
  return { problems, checking, broken, byNode, words };
}
