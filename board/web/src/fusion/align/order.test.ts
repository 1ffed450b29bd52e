import { expect, test } from "vitest";

import { moved } from "./order";

test("an item changes places with its neighbour, and the ends are ends", () => {
  const list = ["a", "b", "c"];
  expect(moved(list, 2, -1)).toEqual(["a", "c", "b"]);
  expect(moved(list, 0, 1)).toEqual(["b", "a", "c"]);
  expect([moved(list, 0, -1), moved(list, 2, 1)]).toEqual([list, list]);
  expect(list).toEqual(["a", "b", "c"]);
});
