/** How the board is called: by a cookie session, with a value that changes must carry. */
import type { Service } from "./client";

export const API = "/board-service/api/v1";
const CSRF_KEY = "hanse.csrf";

/** Keeps the value that state-changing calls must carry; it is worth nothing without the cookie. */
export function keepCsrf(value: string): void {
  sessionStorage.setItem(CSRF_KEY, value);
}

/** What to send with a change, so that the board knows that its own page asks. */
export function csrf(): string {
  return sessionStorage.getItem(CSRF_KEY) ?? "";
}

export const BOARD: Service = {
  api: API,
  headers: (method): Record<string, string> => (method === "GET" ? {} : { "X-Hanse-CSRF": csrf() }),
  // Other 401s are about a password that was asked for again, or about our board's own calls.
  signedOut: "HAN-1005",
};
