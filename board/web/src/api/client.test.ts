import { afterEach, expect, test, vi } from "vitest";

import { BOARD, keepCsrf } from "./board";
import { all, call, Problem, speakTo, whenUnauthenticated } from "./client";

function answers(...given: Response[]): { url: string; init: RequestInit }[] {
  const asked: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    const next = given.shift();
    if (!next) throw new TypeError("no network");
    return next;
  });
  return asked;
}

function problem(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/problem+json" } });
}

afterEach(() => {
  vi.unstubAllGlobals();
  speakTo(BOARD);
  whenUnauthenticated(() => undefined);
});

test("changes carry the CSRF value and empty query values stay away", async () => {
  keepCsrf("secret");
  const asked = answers(Response.json({ ok: true }), Response.json({}));
  await call("POST", "/jobs", { body: { flow: "f" }, query: { a: "", b: 1, c: undefined } });
  await call("GET", "/jobs");
  expect(asked[0]?.url).toBe("/board-service/api/v1/jobs?b=1");
  expect(new Headers(asked[0]?.init.headers).get("X-Hanse-CSRF")).toBe("secret");
  expect(asked[0]?.init.body).toBe('{"flow":"f"}');
  expect(new Headers(asked[1]?.init.headers).has("X-Hanse-CSRF")).toBe(false);
});

test("another service is called at its own place, with what lets one in there", async () => {
  const ended = vi.fn();
  whenUnauthenticated(ended);
  speakTo({ api: "/toy/v1", headers: () => ({ Authorization: "Bearer t" }), signedOut: "HAN-8013" });
  const asked = answers(Response.json({}), problem(401, { code: "HAN-8013" }));
  await call("GET", "/things");
  expect(asked[0]?.url).toBe("/toy/v1/things");
  expect(new Headers(asked[0]?.init.headers).get("Authorization")).toBe("Bearer t");
  await expect(call("POST", "/things")).rejects.toThrow("HAN-8013");
  expect(ended).toHaveBeenCalledTimes(1);
  expect(new Headers(asked[1]?.init.headers).has("X-Hanse-CSRF")).toBe(false);
});

test("a problem keeps code, detail, hint, party and address", async () => {
  answers(problem(409, { code: "HAN-6031", detail: "in use", hint: "revoke", party: "bank", request_id: "r1" }));
  const told = await call("DELETE", "/data-sets/d").catch((error: unknown) => error);
  expect(told).toBeInstanceOf(Problem);
  expect(told).toMatchObject({
    status: 409,
    code: "HAN-6031",
    detail: "in use",
    hint: "revoke",
    party: "bank",
    request: "r1",
    address: "/board-service/api/v1/data-sets/d",
  });
});

test("an ended session is told, a wrong password or a refused call of the board is not", async () => {
  const ended = vi.fn();
  whenUnauthenticated(ended);
  answers(...["HAN-1005", "HAN-6002", "HAN-6002", "HAN-1108"].map((code) => problem(401, { code })));
  await expect(call("GET", "/me")).rejects.toThrow("HAN-1005");
  expect(ended).toHaveBeenCalledTimes(1);
  await expect(call("POST", "/sessions", { body: {} })).rejects.toThrow("HAN-6002");
  await expect(call("POST", "/member/keys/rotations", { body: {} })).rejects.toThrow("HAN-6002");
  await expect(call("GET", "/members")).rejects.toThrow("HAN-1108");
  expect(ended).toHaveBeenCalledTimes(1);
});

test("no network and an answer that is no JSON are problems too", async () => {
  answers(new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
  await expect(call("GET", "/jobs")).rejects.toMatchObject({ status: 502, code: "HTTP 502" });
  await expect(call("GET", "/jobs")).rejects.toMatchObject({ status: 0, code: "HAN-1006" });
});

test("all pages of a list are read", async () => {
  const asked = answers(
    Response.json({ items: [1, 2], next_after: "2" }),
    Response.json({ items: [3], next_after: "" }),
  );
  expect(await all("/members", { probe: 1 })).toEqual([1, 2, 3]);
  expect(asked.map(({ url }) => url.split("?")[1])).toEqual(["probe=1", "probe=1&after=2"]);
});
