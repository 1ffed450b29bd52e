import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick } from "vue";

import type { Flow } from "@/api/types";

import { emptyNode } from "./graph";
import { useEditor, type Editor } from "./useEditor";
import { useSaving, type Saving } from "./useSaving";

const FLOW = { flow: "f", project: "p", name: "n", revision: 1, graph: { nodes: [] } } as unknown as Flow;
const scope = effectScope();
let asked: { method: string; match: string | null; body: { name: string; graph: Flow["graph"] } }[] = [];
let answer: (method: string) => Response;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    const body = init.body
      ? (JSON.parse(String(init.body)) as (typeof asked)[number]["body"])
      : { name: "", graph: { nodes: [] } };
    asked.push({ method: String(init.method), match: new Headers(init.headers).get("If-Match"), body });
    return answer(String(init.method));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open(): { editor: Editor; saving: Saving } {
  return scope.run(() => {
    const editor = useEditor();
    editor.readOnly.value = false;
    const saving = useSaving(editor);
    saving.start(FLOW);
    return { editor, saving };
  }) as { editor: Editor; saving: Saving };
}

function draw(editor: Editor, id: string): void {
  editor.apply({ nodes: [...editor.graph.value.nodes, emptyNode(id, "psi", "", { x: 0, y: 0 })] });
}

test("a change is saved once, a moment later, over what was read; what is undone is not", async () => {
  answer = () => Response.json({ ...FLOW, revision: 2 });
  const { editor, saving } = open();
  draw(editor, "a");
  await nextTick();
  expect(saving.state.value).toBe("unsaved");
  editor.undo();
  await nextTick();
  expect(saving.state.value).toBe("saved");
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked).toEqual([]);
  editor.redo();
  draw(editor, "b");
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked.map(({ method, match, body }) => [method, match, body.graph.nodes.length])).toEqual([
    ["PUT", '"f-1"', 2],
  ]);
  expect([saving.state.value, saving.revision.value]).toEqual(["saved", 2]);
});

test("when somebody else saved, both graphs are kept and a person chooses", async () => {
  const theirs = { ...FLOW, revision: 7, graph: { nodes: [emptyNode("theirs", "psi", "", { x: 0, y: 0 })] } };
  answer = (method) =>
    method === "PUT" ? new Response('{"code":"HAN-6014"}', { status: 412 }) : Response.json(theirs);
  const { editor, saving } = open();
  draw(editor, "mine");
  await vi.advanceTimersByTimeAsync(5000);
  expect(saving.state.value).toBe("conflict");
  draw(editor, "more");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.filter(({ method }) => method === "PUT").length).toBe(1);
  await saving.takeTheirs("copy");
  expect(asked.find(({ method }) => method === "POST")?.body).toMatchObject({ name: "copy" });
  expect(asked.find(({ method }) => method === "POST")?.body.graph.nodes.map((node) => node.id)).toEqual([
    "mine",
    "more",
  ]);
  expect(editor.graph.value.nodes.map((node) => node.id)).toEqual(["theirs"]);
  expect([saving.state.value, saving.revision.value]).toEqual(["saved", 7]);
});

test("mine is saved over theirs by their revision", async () => {
  let refuse = true;
  answer = (method) => {
    if (method === "PUT" && refuse) return new Response('{"code":"HAN-6014"}', { status: 412 });
    return Response.json({ ...FLOW, revision: method === "PUT" ? 8 : 7 });
  };
  const { editor, saving } = open();
  draw(editor, "mine");
  await vi.advanceTimersByTimeAsync(5000);
  refuse = false;
  await saving.keepMine();
  expect(asked[asked.length - 1]).toMatchObject({ method: "PUT", match: '"f-7"' });
  expect([saving.state.value, saving.revision.value, saving.theirs.value]).toEqual(["saved", 8, undefined]);
});
