/** Saves by itself a moment after each change; when somebody else saved in between, says so and loses nothing. */
import { onScopeDispose, ref, watch, type Ref } from "vue";

import { call, Problem } from "@/api/client";
import type { Flow, Graph } from "@/api/types";

import type { Editor } from "./useEditor";

const SOON_MS = 1200;
const AGAIN_MS = 8000;
const CHANGED = 412;

export type SaveState = "saved" | "saving" | "unsaved" | "conflict" | "failed";

export interface Saving {
  state: Ref<SaveState>;
  problem: Ref<Problem | undefined>;
  revision: Ref<number>;
  name: Ref<string>;
  base: Ref<Graph>; // as it was when it was last read or saved here
  theirs: Ref<Flow | undefined>;
  start: (flow: Flow) => void;
  save: () => Promise<void>;
  keepMine: () => Promise<void>;
  takeTheirs: (copyName: string) => Promise<void>;
}

export function useSaving(editor: Editor): Saving {
  const state = ref<SaveState>("saved");
  const problem = ref<Problem>();
  const revision = ref(0);
  const name = ref("");
  const base = ref<Graph>({ nodes: [] });
  const theirs = ref<Flow>();
  let flow: Flow | undefined;
  let saved = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function text(): string {
    return JSON.stringify({ name: name.value, graph: editor.graph.value });
  }

  function note(read: Flow): void {
    flow = read;
    revision.value = read.revision;
    base.value = editor.graph.value;
    saved = text();
    state.value = "saved";
    problem.value = undefined;
  }

  function start(read: Flow): void {
    name.value = read.name;
    editor.load(read.graph);
    note(read);
  }

  async function put(over: number): Promise<void> {
    if (!flow) return;
    const sent = text();
    const was = editor.graph.value;
    state.value = "saving";
    const made = await call<Flow>("PUT", path(flow), {
      body: JSON.parse(sent) as object,
      headers: { "If-Match": `"${flow.flow}-${over}"` },
    });
    flow = made;
    revision.value = made.revision;
    base.value = was;
    saved = sent;
    problem.value = undefined;
    state.value = text() === sent ? "saved" : "unsaved";
    if (state.value === "unsaved") later(SOON_MS);
  }

  async function save(): Promise<void> {
    clearTimeout(timer);
    if (!flow || state.value === "saving" || state.value === "conflict" || text() === saved) return;
    try {
      await put(revision.value);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === CHANGED) await meet();
      else {
        state.value = "failed";
        problem.value = error;
        later(AGAIN_MS);
      }
    }
  }

  async function meet(): Promise<void> {
    if (!flow) return;
    theirs.value = await call<Flow>("GET", path(flow));
    state.value = "conflict";
  }

  async function keepMine(): Promise<void> {
    const other = theirs.value;
    if (!other) return;
    await put(other.revision);
    theirs.value = undefined;
  }

  async function takeTheirs(copyName: string): Promise<void> {
    const other = theirs.value;
    if (!other) return;
    const body = { project: other.project, name: copyName, graph: editor.graph.value };
    await call<Flow>("POST", "/flows", { body });
    theirs.value = undefined;
    start(other);
  }

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), ms);
  }

  watch([editor.graph, name], () => {
    if (!flow || editor.readOnly.value || state.value === "conflict") return;
    const same = text() === saved; // undone, for instance
    if (state.value !== "saving") state.value = same ? "saved" : "unsaved";
    if (same) clearTimeout(timer);
    else later(SOON_MS);
  });

  function leaving(event: BeforeUnloadEvent): void {
    if (state.value !== "saved") event.preventDefault();
  }
  window.addEventListener("beforeunload", leaving);
  onScopeDispose(() => {
    window.removeEventListener("beforeunload", leaving);
    void save();
  });
  return { state, problem, revision, name, base, theirs, start, save, keepMine, takeTheirs };
}

function path(flow: Flow): string {
  return `/flows/${encodeURIComponent(flow.flow)}`;
}
