/** One way to call the service whose page this is: its base and headers, problems as `Problem`. */
import { BOARD } from "./board";

/** A service as its page calls it. */
export interface Service {
  /** Path of its API. */
  api: string;
  /** What lets a call in. */
  headers: (method: string) => Record<string, string>;
  /** Code of the problem that says that nobody is signed in any more. */
  signedOut: string;
}

let service: Service = BOARD;

/** Says whose page this is. */
export function speakTo(other: Service): void {
  service = other;
}

/** RFC 9457 problem as a service tells it; `address` is what was called. */
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

export interface CallOptions {
  body?: unknown;
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Makes a call and returns its JSON. Throws `Problem`. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const answer = await ask(method, path, options);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** Makes a call and returns the answer as it came. Throws `Problem`. */
export async function ask(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const { address, headers } = request(method, path, options);
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
  return answer;
}

/** Where a call goes, and the headers that let it in. */
export function request(
  method: string,
  path: string,
  options: CallOptions = {},
): { address: string; headers: Record<string, string> } {
  return {
    address: `${service.api}${path}${queryString(options.query)}`,
    headers: { Accept: "application/json", ...service.headers(method), ...options.headers },
  };
}

/** Reads a service's problem+json; an answer that is none still tells its status. */
export function problemFrom(status: number, words: string, text: string, address: string): Problem {
  try {
    const told = JSON.parse(text) as Record<string, string>;
    if (told.code === service.signedOut) onUnauthenticated();
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
