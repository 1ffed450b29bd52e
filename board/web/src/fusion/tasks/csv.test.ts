import { expect, test } from "vitest";

import { line } from "./csv";

test("names with commas and quotes stay whole", () => {
  expect(line(["id", "last, first", 'a "b"'])).toBe('id,"last, first","a ""b"""');
  expect(line([])).toBe("");
});
