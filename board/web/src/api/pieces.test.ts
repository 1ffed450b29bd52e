import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { forget, sendFile, type Sending } from "./pieces";

const SIZE = (4 << 20) + 100;
const file = new File([new Uint8Array(SIZE)], "rows.csv", { lastModified: 7 });
let received = 0;
let calls: string[] = [];
let cut = 0;

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}

beforeEach(() => {
  received = 0;
  calls = [];
  cut = 0;
  forget(file);
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
    const url = new URL(address, "http://board");
    calls.push(
      `${init.method ?? ""} ${url.pathname.split("/").slice(4).join("/")} ${url.searchParams.get("offset") ?? ""}`,
    );
    const staged = { upload: "up-1", total_bytes: SIZE, received };
    if (init.method !== "PUT") return answer(200, staged);
    if (cut > 0) {
      cut -= 1;
      throw new TypeError("network");
    }
    if (Number(url.searchParams.get("offset")) !== received) return answer(409, { code: "HAN-4210" });
    received += (init.body as ArrayBuffer).byteLength;
    return answer(200, { ...staged, received });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function send(seen: (now: Sending) => void = () => undefined): Promise<void> {
  const sending = sendFile(file, seen, new AbortController().signal);
  let over = false;
  void sending.finally(() => (over = true));
  while (!over) await vi.advanceTimersByTimeAsync(1000);
  await sending;
}

test("a file goes in pieces, each at its place", async () => {
  await send();
  expect(calls).toEqual(["POST uploads ", "PUT uploads/up-1/content 0", `PUT uploads/up-1/content ${4 << 20}`]);
  expect(received).toBe(SIZE);
});

test("a cut line is tried again from where the board has got to", async () => {
  cut = 2;
  const told: boolean[] = [];
  await send((now) => told.push(now.waiting));
  expect(received).toBe(SIZE);
  expect(told.filter(Boolean)).toHaveLength(2);
});

test("the same file after a reload goes on", async () => {
  await send();
  received = 4 << 20;
  calls = [];
  await send();
  expect(calls).toEqual(["GET uploads/up-1 ", `PUT uploads/up-1/content ${4 << 20}`]);
});
