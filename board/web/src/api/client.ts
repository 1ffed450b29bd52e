/** One way to call the board: cookie session, CSRF header, problems as `Problem`. */

export const API = "/board-service/api/v1";
const CSRF_KEY = "hanse.csrf";
const SESSION_ENDED = "HAN-1005";

/** RFC 9457 problem as the board tells it; `address` is what was called. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly hint: string,
    readonly address: string,
    readonly party = "",
    readonly request = "",
  ) {
    super(`${code}: ${detail}`);
  }
}

let onUnauthenticated: () => void = () => undefined;

/** Says what happens when the session has ended. */
export function whenUnauthenticated(action: () => void): void {
  onUnauthenticated = action;
}

/** Keeps the value that state-changing calls must carry; it is worth nothing without the cookie. */
export function keepCsrf(value: string): void {
  sessionStorage.setItem(CSRF_KEY, value);
}

export interface CallOptions {
  body?: unknown;
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Makes a call and returns its JSON. Throws `Problem`. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const address = `${API}${path}${queryString(options.query)}`;
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (method !== "GET") headers["X-Hanse-CSRF"] = csrf();
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (options.signal) init.signal = options.signal;
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(options.body);
  }
  let answer: Response;
  try {
    answer = await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "HAN-1006", "", "", address);
  }
  if (!answer.ok) throw problemFrom(answer.status, answer.statusText, await answer.text(), address);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** What to send with a change, so that the board knows that its own page asks. */
export function csrf(): string {
  return sessionStorage.getItem(CSRF_KEY) ?? "";
}

/** Reads the board's problem+json; an answer that is none still tells its status. */
export function problemFrom(status: number, words: string, text: string, address: string): Problem {
  try {
    const told = JSON.parse(text) as Record<string, string>;
    // Other 401s are about a password that was asked for again, or about our board's own calls.
    if (told.code === SESSION_ENDED) onUnauthenticated();
    return new Problem(
      status,
      told.code ?? `HTTP ${status}`,
      told.detail ?? "",
      told.hint ?? "",
      address,
      told.party ?? "",
      told.request_id ?? "",
    );
  } catch {
    return new Problem(status, `HTTP ${status}`, words, "", address);
  }
}

export interface Page<T> {
  items: T[];
  next_after: string;
}

/** Reads all pages of a list that is known to be short. */
export async function all<T>(path: string, query: CallOptions["query"] = {}): Promise<T[]> {
  const items: T[] = [];
  let after = "";
  do {
    const page = await call<Page<T>>("GET", path, { query: { ...query, after: after || undefined } });
    items.push(...page.items);
    after = page.next_after;
  } while (after);
  return items;
}

function queryString(query: CallOptions["query"]): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return text ? `?${text}` : "";
}
