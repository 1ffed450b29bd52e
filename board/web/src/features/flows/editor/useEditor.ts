/** The flow that is drawn: its graph, what is chosen, and every change with a way back. */
import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue";

import type { Component, Graph, GraphNode } from "@/api/types";

import * as graphs from "./graph";
import { History } from "./history";
import { HEIGHT, placed, places, WIDTH } from "./layout";
import { refusal, type Refusal } from "./ports";

const CLIPBOARD = "hanse.clipboard";
const GAP = 70;

export interface Editor {
  graph: ShallowRef<Graph>;
  chosen: Ref<string[]>;
  readOnly: Ref<boolean>;
  members: Ref<string[]>;
  catalogue: ShallowRef<Map<string, Component>>;
  node: ComputedRef<GraphNode | undefined>;
  canUndo: Ref<boolean>;
  canRedo: Ref<boolean>;
  refused: Ref<Refusal | undefined>;
  load: (graph: Graph) => void;
  apply: (graph: Graph, key?: string) => void;
  change: (id: string, values: Partial<GraphNode>, key?: string) => void;
  add: (component: Component, place?: graphs.Place) => string;
  addAt: (end: graphs.End, side: "input" | "output", component: Component, port: string) => void;
  connect: (from: graphs.End, to: graphs.End) => boolean;
  disconnect: (to: graphs.End) => void;
  removeChosen: () => void;
  copy: () => void;
  paste: () => void;
  duplicate: () => void;
  tidy: () => void;
  undo: () => void;
  redo: () => void;
  step: (by: 1 | -1) => void;
}

export function useEditor(): Editor {
  const graph = shallowRef<Graph>({ nodes: [] });
  const chosen = ref<string[]>([]);
  const readOnly = ref(true);
  const members = ref<string[]>([]);
  const catalogue = shallowRef(new Map<string, Component>());
  const refused = ref<Refusal>();
  const canUndo = ref(false);
  const canRedo = ref(false);
  let history = new History("");

  function show(next: Graph): void {
    graph.value = next;
    const known = new Set(next.nodes.map((node) => node.id));
    chosen.value = chosen.value.filter((id) => known.has(id));
    canUndo.value = history.canUndo;
    canRedo.value = history.canRedo;
    refused.value = undefined;
  }

  function load(next: Graph): void {
    const whole = placed(next);
    history = new History(JSON.stringify(whole));
    show(whole);
  }

  function apply(next: Graph, key = ""): void {
    if (readOnly.value || !history.push(JSON.stringify(next), key)) return;
    show(next);
  }

  function freePlace(): graphs.Place {
    const right = Math.max(0, ...graph.value.nodes.map((node) => (node.position?.x ?? 0) + WIDTH + GAP));
    const beside = graph.value.nodes.find((node) => node.id === chosen.value[0])?.position;
    return beside ? { x: beside.x + WIDTH + GAP, y: beside.y } : { x: right, y: 0 };
  }

  /** The nearest place below on which no other node lies. */
  function clear(place: graphs.Place): graphs.Place {
    let { x, y } = { x: Math.round(place.x), y: Math.round(place.y) };
    const covered = (): boolean =>
      graph.value.nodes.some(
        ({ position }) => position && Math.abs(position.x - x) < WIDTH && Math.abs(position.y - y) < HEIGHT,
      );
    while (covered()) y += HEIGHT + 20;
    return { x, y };
  }

  function made(component: Component, place: graphs.Place): GraphNode {
    const taken = graph.value.nodes.map((node) => node.id);
    return graphs.emptyNode(graphs.freshId(taken, component.name.replace(/_/g, "-")), component.name, "", clear(place));
  }

  function add(component: Component, place?: graphs.Place): string {
    const node = made(component, place ?? freePlace());
    apply(graphs.add(graph.value, node));
    if (!readOnly.value) chosen.value = [node.id];
    return node.id;
  }

  function addAt(end: graphs.End, side: "input" | "output", component: Component, port: string): void {
    const beside = graphs.find(graph.value, end.node)?.position ?? { x: 0, y: 0 };
    const aside = (WIDTH + GAP) * (side === "output" ? 1 : -1);
    const node = made(component, { x: beside.x + aside, y: beside.y });
    const other = { node: node.id, port };
    const [from, to] = side === "output" ? [end, other] : [other, end];
    apply(graphs.connect(graphs.add(graph.value, node), from, to));
    if (!readOnly.value) chosen.value = [node.id];
  }

  function connect(from: graphs.End, to: graphs.End): boolean {
    const found = refusal({ graph: graph.value, catalogue: catalogue.value, members: members.value }, from, to);
    if (!found) apply(graphs.connect(graph.value, from, to));
    refused.value = found;
    return !found;
  }

  function copy(): void {
    const copied = graphs.cut(graph.value, new Set(chosen.value));
    if (copied.length) localStorage.setItem(CLIPBOARD, JSON.stringify(copied));
  }

  function put(result: { graph: Graph; ids: string[] }): void {
    if (readOnly.value || !result.ids.length) return;
    apply(result.graph);
    chosen.value = result.ids;
  }

  function paste(): void {
    const text = localStorage.getItem(CLIPBOARD);
    if (text) put(graphs.paste(graph.value, JSON.parse(text) as GraphNode[]));
  }

  function step(by: 1 | -1): void {
    const ids = graphs.ordered(graph.value).map((node) => node.id);
    if (!ids.length) return;
    const at = ids.indexOf(chosen.value[0] ?? "");
    const next = at < 0 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length;
    chosen.value = [ids[next] ?? ""];
  }

  return {
    graph,
    chosen,
    readOnly,
    members,
    catalogue,
    refused,
    canUndo,
    canRedo,
    node: computed(() => (chosen.value.length === 1 ? graphs.find(graph.value, chosen.value[0] ?? "") : undefined)),
    load,
    apply,
    change: (id, values, key = "") => apply(graphs.change(graph.value, id, values), key),
    add,
    addAt,
    connect,
    disconnect: (to) => apply(graphs.disconnect(graph.value, to)),
    removeChosen: () => apply(graphs.remove(graph.value, new Set(chosen.value))),
    copy,
    paste,
    duplicate: () => put(graphs.duplicate(graph.value, new Set(chosen.value))),
    tidy: () => apply(graphs.move(graph.value, places(graph.value.nodes))),
    undo: () => {
      if (!readOnly.value && history.canUndo) show(JSON.parse(history.undo()) as Graph);
    },
    redo: () => {
      if (!readOnly.value && history.canRedo) show(JSON.parse(history.redo()) as Graph);
    },
    step,
  };
}
