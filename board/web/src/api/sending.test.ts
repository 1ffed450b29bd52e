import { afterEach, expect, test, vi } from "vitest";

import { Problem } from "./client";
import { sendWhole } from "./sending";

/** A request of a browser, whose line a test holds in its hands. */
class Line extends EventTarget {
  static last: Line;
  upload = new EventTarget();
  opened: string[] = [];
  headers: Record<string, string> = {};
  sent: unknown;
  status = 0;
  statusText = "";
  responseText = "";
  constructor() {
    super();
    Line.last = this;
  }
  open(...what: string[]): void {
    this.opened = what;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  send(what: unknown): void {
    this.sent = what;
  }
  abort(): void {
    this.dispatchEvent(new Event("abort"));
  }
  answer(status: number, text: string): void {
    Object.assign(this, { status, responseText: text });
    this.dispatchEvent(new Event("load"));
  }
}

async function begin(signal?: AbortSignal): Promise<{ done: Promise<unknown>; seen: number[] }> {
  vi.stubGlobal("XMLHttpRequest", Line);
  const seen: number[] = [];
  const options = { query: { name: "a b", sheet: "" }, ...(signal ? { signal } : {}) };
  const done = sendWhole("/data-sets", new Blob(["x"]), options, (sent) => seen.push(sent));
  await Promise.resolve();
  return { done, seen };
}
afterEach(() => vi.unstubAllGlobals());

test("a file is the body, and how much of it is sent is told", async () => {
  const { done, seen } = await begin();
  expect(Line.last.opened).toEqual(["POST", "/board-service/api/v1/data-sets?name=a+b"]);
  expect(Line.last.headers).toMatchObject({ "Content-Type": "application/octet-stream", Accept: "application/json" });
  Line.last.upload.dispatchEvent(Object.assign(new Event("progress"), { loaded: 1 }));
  Line.last.answer(201, '{"data_set":"d"}');
  expect([await done, seen]).toEqual([{ data_set: "d" }, [1]]);
});

test("what the node refuses is a problem, as is a line that is cut", async () => {
  const refused = await begin();
  Line.last.answer(400, '{"code":"HAN-8004","detail":"line 1"}');
  await expect(refused.done).rejects.toMatchObject({ status: 400, code: "HAN-8004", detail: "line 1" });
  const cut = await begin();
  Line.last.dispatchEvent(new Event("error"));
  await expect(cut.done).rejects.toBeInstanceOf(Problem);
});

test("somebody may stop it", async () => {
  const stopper = new AbortController();
  const { done } = await begin(stopper.signal);
  stopper.abort();
  await expect(done).rejects.toMatchObject({ name: "AbortError" });
});
