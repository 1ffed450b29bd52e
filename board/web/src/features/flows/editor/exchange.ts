/** A flow as a file: JSON to take elsewhere and back, Python to run it without the page. */
import type { Graph, GraphNode } from "@/api/types";

export interface FlowFile {
  name: string;
  graph: Graph;
}

export function toJson(name: string, graph: Graph): string {
  return `${JSON.stringify({ name, graph: { nodes: graph.nodes.map(lean) } }, null, 2)}\n`;
}

/** Reads a flow's file. Throws a SyntaxError when it is none. */
export function fromJson(text: string): FlowFile {
  const told = JSON.parse(text) as { name?: unknown; graph?: { nodes?: unknown }; nodes?: unknown };
  const nodes = told.graph?.nodes ?? told.nodes;
  if (!Array.isArray(nodes)) throw new SyntaxError("nodes");
  return { name: typeof told.name === "string" ? told.name : "", graph: { nodes: nodes.map(node) } };
}

function node(value: unknown): GraphNode {
  const told = value as Partial<GraphNode> | null;
  if (typeof told?.id !== "string" || typeof told.component !== "string") throw new SyntaxError("id, component");
  return {
    id: told.id,
    component: told.component,
    title: told.title ?? "",
    params: told.params ?? {},
    own: told.own ?? {},
    inputs: told.inputs ?? [],
    parties: told.parties ?? null,
    arbiter: told.arbiter ?? "",
    position: told.position ?? null,
  };
}

/** Leaves out what says nothing. */
function lean(whole: GraphNode): Partial<GraphNode> {
  const { arbiter, parties, position, title, ...rest } = whole;
  return {
    ...rest,
    ...(title ? { title } : {}),
    ...(parties ? { parties } : {}),
    ...(arbiter ? { arbiter } : {}),
    ...(position ? { position } : {}),
  };
}

/** The flow as a Python program for the SDK: saves it in its project, runs it, waits for its end. */
export function toPython(name: string, project: string, graph: Graph, board: string): string {
  const nodes = { nodes: graph.nodes.map(lean) };
  return `import os

import hanse

GRAPH = ${python(nodes)}

with hanse.connect(
    os.environ.get("HANSE_BOARD", ${python(board)}),
    os.environ["HANSE_ACCOUNT"],
    os.environ["HANSE_PASSWORD"],
) as client:
    flow = client.create_flow(${python(project)}, ${python(name)}, GRAPH)
    job = client.run(flow["flow"])
    print(job.id)
    job.wait()
    print(job.state)
`;
}

/** A value as a Python literal, four blanks a level. */
export function python(value: unknown, indent = ""): string {
  const deeper = `${indent}    `;
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value).replace(/\u007f/g, "\\u007f");
  if (Array.isArray(value)) {
    if (!value.length) return "[]";
    return `[\n${value.map((item) => `${deeper}${python(item, deeper)},\n`).join("")}${indent}]`;
  }
  const entries = Object.entries(value as object).filter(([, item]) => item !== undefined);
  if (!entries.length) return "{}";
  return `{\n${entries.map(([key, item]) => `${deeper}${python(key)}: ${python(item, deeper)},\n`).join("")}${indent}}`;
}
