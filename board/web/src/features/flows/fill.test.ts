import { expect, test } from "vitest";

import type { Graph } from "@/api/types";

import { fill, needsArbiter } from "./fill";

const TEMPLATE: Graph = {
  nodes: [
    {
      id: "import",
      component: "data_import",
      title: "Read data",
      params: {},
      own: { "{member}": { data_set: "{data_set}", keep: 1 } },
      inputs: [],
      parties: null,
      arbiter: "",
      position: null,
    },
    {
      id: "evaluate",
      component: "evaluation",
      title: "",
      params: { a: 1 },
      own: {},
      inputs: [],
      parties: ["{promoter}"],
      arbiter: "{arbiter}",
      position: null,
    },
  ],
};

test("each member gets its own data set and the promoter its nodes", () => {
  const { nodes } = fill(TEMPLATE, "bank", { bank: "d1", bureau: "d2" });
  expect(nodes[0]?.own).toEqual({ bank: { data_set: "d1", keep: 1 }, bureau: { data_set: "d2", keep: 1 } });
  expect(nodes[0]?.parties).toBeNull();
  expect(nodes[1]?.parties).toEqual(["bank"]);
});

test("an arbiter brings no data and takes part where the template says so", () => {
  const { nodes } = fill(TEMPLATE, "bank", { bank: "d1", bureau: "d2" }, "clinic");
  expect(needsArbiter(TEMPLATE)).toBe(true);
  expect(nodes.map((node) => [node.parties, node.arbiter])).toEqual([
    [["bank", "bureau"], ""],
    [["bank"], "clinic"],
  ]);
});

test("the template stays as it is", () => {
  const before = JSON.stringify(TEMPLATE);
  fill(TEMPLATE, "bank", { bank: "d1" });
  expect(JSON.stringify(TEMPLATE)).toBe(before);
});
