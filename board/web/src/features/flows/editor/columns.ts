/** Which columns of a member are known at a node: those of the data sets that feed it. */
import type { Graph, Offer } from "@/api/types";

import { find } from "./graph";
import { DATA_SET } from "./ports";

export interface KnownColumn {
  name: string;
  type: string;
}

export function columnsAt(graph: Graph, node: string, member: string, offers: Offer[]): KnownColumn[] {
  const sets = dataSetsAt(graph, node, member, new Set());
  const found = new Map<string, KnownColumn>();
  for (const offer of offers) {
    if (offer.member !== member || !sets.has(offer.data_set)) continue;
    for (const text of offer.columns) {
      const cut = text.lastIndexOf(":");
      const name = cut > 0 ? text.slice(0, cut) : text;
      found.set(name, { name, type: cut > 0 ? text.slice(cut + 1) : "" });
    }
  }
  return [...found.values()];
}

function dataSetsAt(graph: Graph, id: string, member: string, seen: Set<string>): Set<string> {
  const found = new Set<string>();
  const node = find(graph, id);
  if (!node || seen.has(id)) return found;
  seen.add(id);
  const own = node.own[member]?.[DATA_SET];
  if (typeof own === "string" && own) found.add(own);
  for (const input of node.inputs) for (const name of dataSetsAt(graph, input.node, member, seen)) found.add(name);
  return found;
}
