/** Changes of a graph; each returns a new one, so that undo can go back to exactly what was. */
import type { Component, Graph, GraphNode } from "@/api/types";

export interface Place {
  x: number;
  y: number;
}
export interface End {
  node: string;
  port: string;
}

const STEP = 40;

export function emptyNode(id: string, component: string, title: string, position: Place): GraphNode {
  return { id, component, title, params: {}, own: {}, inputs: [], parties: null, arbiter: "", position };
}

/** A short id made from the component's name that no node has yet. */
export function freshId(taken: Iterable<string>, base: string): string {
  const known = new Set(taken);
  const stem = base.replace(/-\d+$/, "").slice(0, 56);
  if (!known.has(stem)) return stem;
  let number = 2;
  while (known.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

export function find(graph: Graph, id: string): GraphNode | undefined {
  return graph.nodes.find((node) => node.id === id);
}

export function add(graph: Graph, node: GraphNode): Graph {
  return { nodes: [...graph.nodes, node] };
}

export function change(graph: Graph, id: string, values: Partial<GraphNode>): Graph {
  return { nodes: graph.nodes.map((node) => (node.id === id ? { ...node, ...values } : node)) };
}

/** Without these nodes, and without the edges from them. */
export function remove(graph: Graph, ids: ReadonlySet<string>): Graph {
  return {
    nodes: graph.nodes
      .filter((node) => !ids.has(node.id))
      .map((node) =>
        node.inputs.some((input) => ids.has(input.node))
          ? { ...node, inputs: node.inputs.filter((input) => !ids.has(input.node)) }
          : node,
      ),
  };
}

export function connect(graph: Graph, from: End, to: End): Graph {
  const node = find(graph, to.node);
  if (!node) return graph;
  const others = node.inputs.filter((input) => input.port !== to.port);
  return change(graph, to.node, { inputs: [...others, { port: to.port, node: from.node, output: from.port }] });
}

export function disconnect(graph: Graph, to: End): Graph {
  const node = find(graph, to.node);
  return node ? change(graph, to.node, { inputs: node.inputs.filter((input) => input.port !== to.port) }) : graph;
}

export function move(graph: Graph, places: ReadonlyMap<string, Place>): Graph {
  return {
    nodes: graph.nodes.map((node) => {
      const place = places.get(node.id);
      return place ? { ...node, position: { x: Math.round(place.x), y: Math.round(place.y) } } : node;
    }),
  };
}

/** Gives a node another id and leads the edges along. */
export function rename(graph: Graph, id: string, to: string): Graph {
  return {
    nodes: graph.nodes.map((node) => ({
      ...node,
      id: node.id === id ? to : node.id,
      inputs: node.inputs.map((input) => (input.node === id ? { ...input, node: to } : input)),
    })),
  };
}

/** The chosen nodes as they are copied: edges from outside stay behind. */
export function cut(graph: Graph, ids: ReadonlySet<string>): GraphNode[] {
  return structuredClone(graph.nodes)
    .filter((node) => ids.has(node.id))
    .map((node) => ({ ...node, inputs: node.inputs.filter((input) => ids.has(input.node)) }));
}

/** Adds copies under fresh ids, a little aside; with `keep`, edges from nodes outside the copy stay. */
export function paste(graph: Graph, copied: GraphNode[]): { graph: Graph; ids: string[] } {
  const taken = new Set(graph.nodes.map((node) => node.id));
  const names = new Map<string, string>();
  for (const node of copied) {
    const id = freshId(taken, node.id);
    taken.add(id);
    names.set(node.id, id);
  }
  const made = structuredClone(copied).map((node) => ({
    ...node,
    id: names.get(node.id) ?? node.id,
    inputs: node.inputs.map((input) => ({ ...input, node: names.get(input.node) ?? input.node })),
    position: { x: (node.position?.x ?? 0) + STEP, y: (node.position?.y ?? 0) + STEP },
  }));
  return { graph: { nodes: [...graph.nodes, ...made] }, ids: [...names.values()] };
}

/** Copies nodes in place: they read what the originals read. */
export function duplicate(graph: Graph, ids: ReadonlySet<string>): { graph: Graph; ids: string[] } {
  return paste(
    graph,
    graph.nodes.filter((node) => ids.has(node.id)),
  );
}

/** Whether `from` takes something from `to`, directly or by others. */
export function dependsOn(graph: Graph, from: string, to: string): boolean {
  const seen = new Set<string>();
  const left = [from];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    left.push(...(find(graph, id)?.inputs.map((input) => input.node) ?? []));
  }
  return false;
}

/** Nodes so that each stands after those that feed it; what is in a circle comes last, as it is drawn. */
export function ordered(graph: Graph): GraphNode[] {
  const done: GraphNode[] = [];
  const placed = new Set<string>();
  const known = new Set(graph.nodes.map((node) => node.id));
  let left = graph.nodes;
  while (left.length) {
    const ready = left.filter((node) => node.inputs.every((input) => placed.has(input.node) || !known.has(input.node)));
    const next = ready.length ? ready : left;
    for (const node of next) placed.add(node.id);
    done.push(...next);
    left = left.filter((node) => !placed.has(node.id));
  }
  return done;
}

/** The parameters with one set, or taken away (then the default counts). */
export function withParam(params: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  const { [name]: _, ...others } = params;
  return value === undefined ? others : { ...params, [name]: value };
}

export function byName(components: Component[]): Map<string, Component> {
  return new Map(components.map((component) => [component.name, component]));
}
