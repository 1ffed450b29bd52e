/** Places nodes by dagre: from left to right in the order of their work. */
import dagre from "@dagrejs/dagre";

import type { DrawnNode, Graph } from "@/api/types";

import type { Place } from "./graph";

export const WIDTH = 190;
export const HEIGHT = 92;

export function places(nodes: DrawnNode[], direction: "LR" | "TB" = "LR"): Map<string, Place> {
  const drawn = new dagre.graphlib.Graph()
    .setGraph({ rankdir: direction, nodesep: 36, edgesep: 24, ranksep: 50 })
    .setDefaultEdgeLabel(() => ({}));
  const known = new Set(nodes.map((node) => node.id));
  for (const node of nodes) drawn.setNode(node.id, { width: WIDTH, height: HEIGHT });
  for (const node of nodes)
    for (const input of node.inputs) if (known.has(input.node)) drawn.setEdge(input.node, node.id);
  dagre.layout(drawn);
  return new Map(
    nodes.map((node) => {
      const { x, y } = drawn.node(node.id) as Place;
      return [node.id, { x: Math.round(x - WIDTH / 2), y: Math.round(y - HEIGHT / 2) }];
    }),
  );
}

/** A graph in which every node has a place; one that has none was made by a program or a template. */
export function placed(graph: Graph): Graph {
  if (graph.nodes.every((node) => node.position)) return graph;
  const found = places(graph.nodes);
  return { nodes: graph.nodes.map((node) => ({ ...node, position: found.get(node.id) ?? { x: 0, y: 0 } })) };
}
