import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import type { Component, Graph, Offer } from "@/api/types";

import { columnsAt } from "./columns";
import { differences } from "./diff";
import { fromJson, python, toJson, toPython } from "./exchange";
import { fieldsOf, wrong } from "./fields";
import {
  add,
  byName,
  change,
  connect,
  cut,
  disconnect,
  duplicate,
  emptyNode,
  move,
  ordered,
  paste,
  remove,
  rename,
  withParam,
} from "./graph";
import { History } from "./history";
import { placed } from "./layout";
import { mayStand, refusal, sources, suggestions } from "./ports";

const CATALOGUE = JSON.parse(readFileSync("../tests/catalogue.json", "utf-8")) as Component[];
const catalogue = byName(CATALOGUE);
const members = ["bank", "bureau"];

function graph(): Graph {
  let made: Graph = { nodes: [] };
  for (const [id, component] of [
    ["import", "data_import"],
    ["align", "psi"],
    ["split", "split"],
    ["train", "vert_lr"],
    ["score", "predict"],
    ["evaluate", "evaluation"],
  ] as const)
    made = add(made, emptyNode(id, component, id, { x: 0, y: 0 }));
  made = connect(made, { node: "import", port: "table" }, { node: "align", port: "table" });
  made = connect(made, { node: "align", port: "table" }, { node: "split", port: "table" });
  made = connect(made, { node: "split", port: "train" }, { node: "train", port: "train" });
  return change(made, "evaluate", { parties: ["bank"] });
}

test("fifty steps back and forth give the very same text", () => {
  let present = graph();
  const history = new History(JSON.stringify(present));
  const texts = [history.present];
  for (let step = 0; step < 50; step += 1) {
    const kind = step % 5;
    if (kind === 0) present = add(present, emptyNode(`n${step}`, "psi", "ü 中文", { x: step, y: -step }));
    if (kind === 1) present = move(present, new Map([["split", { x: step * 1.37, y: 0.1 + step }]]));
    if (kind === 2) present = change(present, "train", { params: withParam(find("train"), "l2", step / 7) });
    if (kind === 3) present = disconnect(present, { node: "train", port: "train" });
    if (kind === 4) present = connect(present, { node: "split", port: "train" }, { node: "train", port: "train" });
    history.push(JSON.stringify(present));
    texts.push(JSON.stringify(present));
  }
  expect(texts.every((text, index) => text !== texts[index + 1])).toBe(true);
  for (const text of texts.slice(0, -1).reverse()) expect(history.undo()).toBe(text);
  expect(history.canUndo).toBe(false);
  for (const text of texts.slice(1)) expect(history.redo()).toBe(text);
  expect(history.canRedo).toBe(false);

  function find(id: string): Record<string, unknown> {
    return present.nodes.find((node) => node.id === id)?.params ?? {};
  }
});

test("typing is one step, a new change forgets what was undone", () => {
  const history = new History("a");
  history.push("ab", "title", 0);
  history.push("abc", "title", 500);
  expect(history.undo()).toBe("a");
  expect(history.redo()).toBe("abc");
  history.push("abcd", "title", 5000);
  expect(history.undo()).toBe("abc");
  history.push("other");
  expect(history.canRedo).toBe(false);
  expect(history.push("other")).toBe(false);
});

test("edges are typed, and a refused one says why", () => {
  const setting = { graph: graph(), catalogue, members };
  const ask = (from: string, output: string, to: string, port: string): string =>
    refusal(setting, { node: from, port: output }, { node: to, port })?.key ?? "";
  expect(ask("split", "test", "score", "table")).toBe("");
  expect(ask("train", "model", "score", "model")).toBe("");
  expect(ask("train", "model", "score", "table")).toBe("kind");
  expect(ask("split", "test", "align", "table")).toBe("circle");
  expect(ask("split", "test", "split", "table")).toBe("self");
  expect(ask("import", "table", "split", "table")).toBe("twice");
  expect(ask("split", "nothing", "score", "table")).toBe("unknown");
  // Only the promoter has the prediction; a node at the provider cannot read it.
  const everywhere = { ...setting, graph: change(setting.graph, "evaluate", { parties: null }) };
  expect(
    refusal(everywhere, { node: "score", port: "prediction" }, { node: "evaluate", port: "prediction" }),
  ).toBeUndefined();
  const alone = { ...setting, graph: change(setting.graph, "import", { parties: ["bank"] }) };
  const free = { ...alone, graph: disconnect(alone.graph, { node: "align", port: "table" }) };
  expect(refusal(free, { node: "import", port: "table" }, { node: "align", port: "table" })).toEqual({
    key: "notThere",
    about: { member: "bureau", output: "table" },
  });
});

test("an edge that the graph holds may stand, a second one into its input may not", () => {
  const setting = { graph: graph(), catalogue, members };
  const edge = [
    { node: "align", port: "table" },
    { node: "split", port: "table" },
  ] as const;
  expect(mayStand(setting, ...edge)).toBe(true);
  expect(mayStand(setting, { node: "import", port: "table" }, edge[1])).toBe(false);
});

test("a port offers only what fits it", () => {
  const afterModel = suggestions(CATALOGUE, "output", "model").map(
    ({ component, port }) => `${component.name}.${port.name}`,
  );
  expect(afterModel).toContain("predict.model");
  expect(afterModel.some((name) => name.startsWith("psi"))).toBe(false);
  expect(suggestions(CATALOGUE, "input", "model").map(({ component }) => component.name)).toContain("vert_lr");
  const found = sources({ graph: graph(), catalogue, members }, { node: "score", port: "table" });
  expect(found).toContainEqual({ node: "split", port: "test" });
  expect(found.some(({ node }) => node === "train")).toBe(false);
  expect(sources({ graph: graph(), catalogue, members }, { node: "align", port: "table" })).toContainEqual({
    node: "import",
    port: "table",
  });
});

test("copies have ids of their own and keep the edges between them", () => {
  const before = graph();
  const copied = cut(before, new Set(["align", "split"]));
  expect(copied[0]?.inputs).toEqual([]);
  const { graph: after, ids } = paste(before, copied);
  expect(ids).toEqual(["align-2", "split-2"]);
  expect(after.nodes.find((node) => node.id === "split-2")?.inputs[0]?.node).toBe("align-2");
  const again = paste(after, copied);
  expect(again.ids).toEqual(["align-3", "split-3"]);
  expect(JSON.stringify(before)).toBe(JSON.stringify(graph()));
  const twin = duplicate(before, new Set(["split"]));
  expect(twin.graph.nodes.find((node) => node.id === "split-2")?.inputs[0]?.node).toBe("align");
});

test("removing a node takes its edges, renaming leads them along", () => {
  expect(remove(graph(), new Set(["align"])).nodes.find((node) => node.id === "split")?.inputs).toEqual([]);
  const renamed = rename(graph(), "align", "match");
  expect(renamed.nodes.find((node) => node.id === "split")?.inputs[0]?.node).toBe("match");
  expect(
    ordered(renamed)
      .map((node) => node.id)
      .slice(0, 1),
  ).toEqual(["import"]);
});

test("order and layout stand a circle and a missing node", () => {
  const circle = change(graph(), "import", {
    inputs: [
      { port: "data_set", node: "split", output: "test" },
      { port: "x", node: "gone", output: "y" },
    ],
  });
  expect(ordered(circle).length).toBe(6);
  const bare = { nodes: circle.nodes.map((node) => ({ ...node, position: null })) };
  expect(placed(bare).nodes.every((node) => node.position)).toBe(true);
  expect(placed(circle)).toBe(circle);
});

test("a flow goes out as JSON and comes back the same", () => {
  const out = toJson("名", graph());
  expect(fromJson(out)).toEqual({ name: "名", graph: graph() });
  expect(() => fromJson("[]")).toThrow(SyntaxError);
  expect(() => fromJson('{"nodes":[{"id":1}]}')).toThrow(SyntaxError);
});

test("Python gets literals of its own", () => {
  expect(python({ a: [true, false, null, 1e-6, 'quote " \\ \n'], b: {}, c: undefined })).toBe(
    '{\n    "a": [\n        True,\n        False,\n        None,\n        0.000001,\n        "quote \\" \\\\ \\n",\n    ],\n    "b": {},\n}',
  );
  const code = toPython("f", "prj-1", graph(), "http://h:1");
  expect(code).toContain('client.create_flow("prj-1", "f", GRAPH)');
  expect(code).not.toContain("null");
});

test("differences name node and field, not the place", () => {
  const before = graph();
  let after = move(before, new Map([["align", { x: 99, y: 99 }]]));
  expect(differences(before, after)).toEqual([]);
  after = change(remove(after, new Set(["score"])), "train", {
    params: { l2: 0.1 },
    own: { bank: { columns: ["x"] } },
  });
  after = add(after, emptyNode("new", "psi", "", { x: 0, y: 0 }));
  expect(differences(before, after).map(({ kind, node, field, after: now }) => [kind, node, field, now])).toEqual([
    ["removed", "score", "", ""],
    ["changed", "train", "params.l2", "0.1"],
    ["changed", "train", "own.bank.columns", '["x"]'],
    ["added", "new", "", "psi"],
  ]);
});

test("a form follows the schema", () => {
  const fields = new Map(fieldsOf(catalogue.get("vert_lr")?.params).map((field) => [field.name, field]));
  expect(fields.get("key_bits")?.look).toBe("choice");
  expect(fields.get("iterations")).toMatchObject({ look: "number", whole: true, least: 1, most: 5000, usual: 500 });
  const fraction = fieldsOf(catalogue.get("split")?.params).find((field) => field.name === "test_fraction");
  expect(fraction && [wrong(fraction, 1), wrong(fraction, 0), wrong(fraction, 0.5)]).toEqual(["most", "least", ""]);
  const iterations = fields.get("iterations");
  expect(iterations && [wrong(iterations, 1.5), wrong(iterations, Number.NaN), wrong(iterations, undefined)]).toEqual([
    "whole",
    "number",
    "",
  ]);
  expect(fieldsOf(catalogue.get("data_import")?.own_params).map(({ name, look }) => [name, look])).toEqual([
    ["data_set", "dataSet"],
    ["columns", "columns"],
    ["label", "column"],
  ]);
  const open = fieldsOf({
    properties: { k: { anyOf: [{ $ref: "#/$defs/K" }, { type: "null" }], default: null } },
    $defs: { K: { type: "integer", minimum: 2 } },
  });
  expect(open[0]).toMatchObject({ look: "number", optional: true, least: 2 });
});

test("fields stand as the component declares them, whatever JSON did to their order", () => {
  const properties = { cipher: { type: "string" }, n_trees: { type: "integer" }, objective: { type: "string" } };
  const schema = { properties, order: ["objective", "n_trees", "gone"] };
  expect(fieldsOf(schema).map(({ name }) => name)).toEqual(["objective", "n_trees", "cipher"]);
  expect(fieldsOf({ properties }).map(({ name }) => name)).toEqual(Object.keys(properties));
});

test("columns are those of the data that feeds a node", () => {
  const offer = { member: "bank", data_set: "d1", columns: ["age:float", "a:b:text"] } as Offer;
  const drawn = change(graph(), "import", { own: { bank: { data_set: "d1" } } });
  expect(columnsAt(drawn, "train", "bank", [offer])).toEqual([
    { name: "age", type: "float" },
    { name: "a:b", type: "text" },
  ]);
  expect(columnsAt(drawn, "train", "bureau", [offer])).toEqual([]);
  expect(columnsAt(drawn, "score", "bank", [offer])).toEqual([]);
});
