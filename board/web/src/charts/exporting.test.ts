import { expect, test } from "vitest";

import { csv } from "./exporting";

test("a chart's CSV has every number in full, and quotes names that need it", () => {
  const text = csv({ name: "x", values: [0, 1 / 3] }, [{ name: 'a "b", c', values: [1, 2] }]);
  expect(text).toBe(`x,"a ""b"", c"\r\n0,1\r\n${String(1 / 3)},2\r\n`);
});
