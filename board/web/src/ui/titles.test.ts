import { expect, test, vi } from "vitest";

import { useTitles } from "./titles";

const KNOWN: Record<string, object> = {
  "/jobs/job-1": { name: "Credit" },
  "/projects/prj-1": { name: "Risk", data_sets: [{ data_set: "ds-2", name: "their visits" }] },
  "/data-sets/ds-1": { name: "our clients" },
};

test("names take the place of ids, once asked for; what the board does not know stays an id", async () => {
  const ask = vi.fn((input: RequestInfo | URL) => {
    const path = Object.keys(KNOWN).find((known) => String(input).includes(known));
    const body = path ? KNOWN[path] : { code: "HAN-1002", title: "Unknown", status: 404 };
    return Promise.resolve(new Response(JSON.stringify(body), { status: path ? 200 : 404 }));
  });
  vi.stubGlobal("fetch", ask);
  const { job, project, dataSet } = useTitles();
  const all = () => [
    job("job-1"),
    job("job-gone"),
    project("prj-1"),
    dataSet("ds-1", "prj-1"),
    dataSet("ds-2", "prj-1"),
    dataSet("ds-gone", "prj-1"),
  ];
  expect(all()).toEqual(["job-1", "job-gone", "prj-1", "ds-1", "ds-2", "ds-gone"]);
  await vi.waitFor(() =>
    expect(all()).toEqual(["Credit", "job-gone", "Risk", "our clients", "their visits", "ds-gone"]),
  );
  const times = ask.mock.calls.length;
  all();
  expect(ask.mock.calls.length).toBe(times);
});
