import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { effectScope } from "vue";

import { followJob } from "./events";
import type { JobDetail } from "./types";

class Source extends EventTarget {
  static made: Source[] = [];
  static readonly CLOSED = 2;
  readyState = 1;
  constructor(readonly url: string) {
    super();
    Source.made.push(this);
  }
  close(): void {
    this.readyState = Source.CLOSED;
  }
  tell(state: string): void {
    this.dispatchEvent(new MessageEvent("job", { data: JSON.stringify({ job: "j", state }) }));
  }
}

beforeEach(() => {
  Source.made = [];
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a job is followed to its end, and anew when it goes on", () => {
  const states: string[] = [];
  const scope = effectScope();
  const following = scope.run(() => followJob("a job", (job: JobDetail) => states.push(job.state), vi.fn()));
  expect(Source.made[0]?.url).toBe("/board-service/api/v1/jobs/a%20job/events");
  Source.made[0]?.tell("running");
  expect(Source.made[0]?.readyState).toBe(1);
  Source.made[0]?.tell("failed");
  expect(Source.made[0]?.readyState).toBe(Source.CLOSED);
  following?.again();
  Source.made[1]?.tell("running");
  expect(states).toEqual(["running", "failed", "running"]);
  scope.stop();
  expect(Source.made[1]?.readyState).toBe(Source.CLOSED);
});

test("a refused stream is tried again later, not after the page has gone", async () => {
  const lost = vi.fn(async () => true);
  const scope = effectScope();
  scope.run(() => followJob("j", vi.fn(), lost));
  Source.made[0]?.dispatchEvent(new Event("error"));
  expect(lost).not.toHaveBeenCalled();
  Source.made[0]?.close();
  Source.made[0]?.dispatchEvent(new Event("error"));
  expect(lost).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(Source.made.length).toBe(2);
  Source.made[1]?.close();
  Source.made[1]?.dispatchEvent(new Event("error"));
  scope.stop();
  await vi.advanceTimersByTimeAsync(60000);
  expect(Source.made.length).toBe(2);
});

test("a job that does not exist is not asked for again", async () => {
  const scope = effectScope();
  scope.run(() => followJob("j", vi.fn(), async () => false));
  Source.made[0]?.close();
  Source.made[0]?.dispatchEvent(new Event("error"));
  await vi.advanceTimersByTimeAsync(60000);
  expect(Source.made.length).toBe(1);
  scope.stop();
});

test("a page that is not looked at holds no connection, and catches up when it is", () => {
  let hidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
  const turn = (away: boolean): void => {
    hidden = away;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  const scope = effectScope();
  scope.run(() => followJob("j", vi.fn(), vi.fn()));
  turn(true);
  expect(Source.made[0]?.readyState).toBe(Source.CLOSED);
  turn(false);
  expect(Source.made.length).toBe(2);
  Source.made[1]?.tell("succeeded");
  turn(true);
  turn(false);
  expect(Source.made.length).toBe(2);
  scope.stop();
  vi.restoreAllMocks();
});

test("it says when the connection is lost, and that it asks instead when it is refused, ever more seldom", async () => {
  const lost = vi.fn(async () => true);
  const scope = effectScope();
  const following = scope.run(() => followJob("j", vi.fn(), lost));
  Source.made[0]?.dispatchEvent(new Event("error"));
  expect(following?.connection.value).toBe("back");
  Source.made[0]?.dispatchEvent(new Event("open"));
  expect(following?.connection.value).toBe("live");
  for (const [index, ms] of [2000, 5000, 15000, 15000].entries()) {
    Source.made[index]?.close();
    Source.made[index]?.dispatchEvent(new Event("error"));
    expect(following?.connection.value).toBe("polling");
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(Source.made.length).toBe(index + 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(Source.made.length).toBe(index + 2);
  }
  expect(lost).toHaveBeenCalledTimes(4);
  scope.stop();
});
