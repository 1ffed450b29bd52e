/** What differs between two graphs, node by node and field by field; where nodes are drawn does not count. */
import type { Graph, GraphNode } from "@/api/types";

export interface Difference {
  kind: "added" | "removed" | "changed";
  node: string;
  field: string; // empty: the whole node
  before: string;
  after: string;
}

export function differences(before: Graph, after: Graph): Difference[] {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const now = new Map(after.nodes.map((node) => [node.id, node]));
  const removed = before.nodes.filter((node) => !now.has(node.id)).map((node) => whole("removed", node));
  const others = after.nodes.flatMap((node) => {
    const was = old.get(node.id);
    return was ? changes(was, node) : [whole("added", node)];
  });
  return [...removed, ...others];
}

function whole(kind: "added" | "removed", node: GraphNode): Difference {
  const text = node.component;
  return {
    kind,
    node: node.id,
    field: "",
    before: kind === "removed" ? text : "",
    after: kind === "added" ? text : "",
  };
}

function changes(before: GraphNode, after: GraphNode): Difference[] {
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => old.get(field) !== now.get(field))
    .map((field) => ({
      kind: "changed" as const,
      node: after.id,
      field,
      before: old.get(field) ?? "",
      after: now.get(field) ?? "",
    }));
}

function flat(node: GraphNode): Map<string, string> {
  const fields = new Map<string, string>([
    ["component", node.component],
    ["title", node.title],
    ["parties", (node.parties ?? []).join(", ")],
    ["arbiter", node.arbiter],
  ]);
  for (const [name, value] of Object.entries(node.params)) fields.set(`params.${name}`, text(value));
  for (const [member, own] of Object.entries(node.own))
    for (const [name, value] of Object.entries(own)) fields.set(`own.${member}.${name}`, text(value));
  for (const input of node.inputs) fields.set(`inputs.${input.port}`, `${input.node}.${input.output}`);
  return fields;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
