/** Which edges may be drawn, and in words why not. */
import type { Component, Graph, GraphNode, Port } from "@/api/types";

import { dependsOn, find, type End } from "./graph";

/** A member's own data set comes by its parameters, not by an edge. */
export const DATA_SET = "data_set";

/** The key of the reason under `flows.refused`, and what it speaks of. */
export interface Refusal {
  key: "self" | "circle" | "kind" | "unknown" | "notThere" | "twice";
  about: Record<string, string>;
}

export interface Setting {
  graph: Graph;
  catalogue: ReadonlyMap<string, Component>;
  members: string[]; // the promoter first
}

export function inputsOf(component: Component | undefined): Port[] {
  return component?.inputs.filter((port) => port.name !== DATA_SET) ?? [];
}

/** Who takes part, in the order of the members; the arbiter does so whether or not the parties name it. */
export function partiesOf(node: GraphNode, members: string[]): string[] {
  return members.filter((member) => !node.parties || node.parties.includes(member) || member === node.arbiter);
}

function role(node: GraphNode, member: string, members: string[]): string {
  if (member === node.arbiter) return "arbiter";
  return member === members[0] ? "promoter" : "provider";
}

/** Says why an edge may not be drawn; nothing when it may. */
export function refusal({ graph, catalogue, members }: Setting, from: End, to: End): Refusal | undefined {
  const source = find(graph, from.node);
  const target = find(graph, to.node);
  const output = catalogue.get(source?.component ?? "")?.outputs.find((port) => port.name === from.port);
  const input = inputsOf(catalogue.get(target?.component ?? "")).find((port) => port.name === to.port);
  if (!source || !target || !output || !input) return { key: "unknown", about: {} };
  if (source.id === target.id) return { key: "self", about: {} };
  if (output.kind !== input.kind) return { key: "kind", about: { given: output.kind, needed: input.kind } };
  if (dependsOn(graph, source.id, target.id)) return { key: "circle", about: { node: source.id } };
  const fed = target.inputs.find((item) => item.port === to.port);
  if (fed) return { key: "twice", about: { node: fed.node, output: fed.output } };
  const missing = partiesOf(target, members).find(
    (member) =>
      input.roles.includes(role(target, member, members)) &&
      !(partiesOf(source, members).includes(member) && output.roles.includes(role(source, member, members))),
  );
  return missing ? { key: "notThere", about: { member: missing, output: output.name } } : undefined;
}

/** Whether an edge may stand. One that the graph holds is not judged again: its own input is fed, by itself. */
export function mayStand(setting: Setting, from: End, to: End): boolean {
  const fed = find(setting.graph, to.node)?.inputs.find((item) => item.port === to.port);
  return (fed?.node === from.node && fed.output === from.port) || !refusal(setting, from, to);
}

export interface Suggestion {
  component: Component;
  port: Port;
}

/** Components that a port can be joined to: of an output those that take its kind, of an input those that make it. */
export function suggestions(components: Component[], side: "input" | "output", kind: string): Suggestion[] {
  return components.flatMap((component) => {
    const ports = side === "output" ? inputsOf(component) : component.outputs;
    const port = ports.find((candidate) => candidate.kind === kind && !candidate.optional) ?? undefined;
    const other = ports.find((candidate) => candidate.kind === kind);
    const chosen = port ?? other;
    return chosen ? [{ component, port: chosen }] : [];
  });
}

/** Outputs in the graph that may feed an input, the nearest last. */
export function sources(setting: Setting, to: End): End[] {
  const target = find(setting.graph, to.node);
  if (!target) return [];
  const free = { nodes: setting.graph.nodes.map((node) => (node.id === to.node ? withoutPort(node, to.port) : node)) };
  return setting.graph.nodes.flatMap((node) =>
    (setting.catalogue.get(node.component)?.outputs ?? [])
      .map((port) => ({ node: node.id, port: port.name }))
      .filter((from) => !refusal({ ...setting, graph: free }, from, to)),
  );
}

function withoutPort(node: GraphNode, port: string): GraphNode {
  return { ...node, inputs: node.inputs.filter((input) => input.port !== port) };
}
