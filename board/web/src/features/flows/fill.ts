/** Puts a project's members and their data sets where a template has its placeholders. */
import type { Graph, GraphNode } from "@/api/types";

const MEMBER = "{member}";
const PROMOTER = "{promoter}";

export function fill(graph: Graph, promoter: string, dataSets: Record<string, string>): Graph {
  return { nodes: graph.nodes.map((node) => filled(node, promoter, dataSets)) };
}

function filled(node: GraphNode, promoter: string, dataSets: Record<string, string>): GraphNode {
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
  return made;
}

function named(member: string, promoter: string): string {
  return member === PROMOTER ? promoter : member;
}
