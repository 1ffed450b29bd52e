/** Puts a project's members, their data sets and the arbiter where a template has its placeholders. */
import type { Graph, GraphNode } from "@/api/types";

const MEMBER = "{member}";
const PROMOTER = "{promoter}";
const ARBITER = "{arbiter}";

/** Whether somebody without data has to be chosen. */
export function needsArbiter(graph: Graph): boolean {
  return graph.nodes.some((node) => node.arbiter === ARBITER);
}

export function fill(graph: Graph, promoter: string, dataSets: Record<string, string>, arbiter = ""): Graph {
  return { nodes: graph.nodes.map((node) => filled(node, promoter, dataSets, arbiter)) };
}

function filled(node: GraphNode, promoter: string, dataSets: Record<string, string>, arbiter: string): GraphNode {
  const own = Object.entries(node.own).flatMap(([member, params]) =>
    (member === MEMBER ? Object.keys(dataSets) : [named(member, promoter)]).map((name) => [
      name,
      Object.fromEntries(
        Object.entries(params).map(([key, value]) => [key, value === "{data_set}" ? (dataSets[name] ?? "") : value]),
      ),
    ]),
  );
  const made: GraphNode = { ...node, own: Object.fromEntries(own) as GraphNode["own"] };
  if (node.parties) made.parties = node.parties.map((member) => named(member, promoter));
  else if (arbiter) made.parties = Object.keys(dataSets); // "all" would take the arbiter's data in
  if (node.arbiter === ARBITER) made.arbiter = arbiter;
  return made;
}

function named(member: string, promoter: string): string {
  return member === PROMOTER ? promoter : member;
}
