/** Sends a file in pieces that are checked one by one; a cut line or a reload goes on where the board has got to. */
import { API, csrf } from "./board";
import { call, problemFrom, Problem } from "./client";
import { newKey } from "./key";

export interface Staged {
  upload: string;
  file_name: string;
  total_bytes: number;
  received: number;
  sha256: string;
  expires_ms: number;
}
export interface Sending {
  received: number;
  total: number;
  waiting: boolean; // the line is cut; it is tried again
}

const PIECE = 4 << 20;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const OFFSET = "HAN-4210";
const BAD_PIECE = "HAN-4211";

/** The file's place among the uploads that wait, so that choosing it again after a reload goes on. */
function memory(file: File): string {
  return `hanse.upload.${file.name}.${file.size}.${file.lastModified}`;
}

export function forget(file: File): void {
  localStorage.removeItem(memory(file));
}

/** Sends a file to its end. Throws `Problem` for what waiting does not mend, and an AbortError when stopped. */
export async function sendFile(file: File, seen: (now: Sending) => void, signal: AbortSignal): Promise<Staged> {
  let staged = await resume(file);
  let waitMs = FIRST_WAIT_MS;
  let faults = 0;
  while (staged.received < staged.total_bytes) {
    seen({ received: staged.received, total: staged.total_bytes, waiting: false });
    try {
      staged = await put(staged, file, signal);
      waitMs = FIRST_WAIT_MS;
      faults = 0;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const again = error.status === 0 || error.status >= 502 || error.code === OFFSET;
      if (!again && !(error.code === BAD_PIECE && ++faults < 3)) throw error;
      seen({ received: staged.received, total: staged.total_bytes, waiting: true });
      await pause(waitMs, signal);
      waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
      staged = await known(staged);
    }
  }
  seen({ received: staged.received, total: staged.total_bytes, waiting: false });
  return staged;
}

async function resume(file: File): Promise<Staged> {
  const kept = localStorage.getItem(memory(file));
  if (kept) {
    try {
      return await call<Staged>("GET", `/uploads/${encodeURIComponent(kept)}`);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
    }
  }
  const begun = await call<Staged>("POST", "/uploads", {
    body: { file_name: file.name, total_bytes: file.size },
    headers: { "Idempotency-Key": newKey() },
  });
  localStorage.setItem(memory(file), begun.upload);
  return begun;
}

async function known(staged: Staged): Promise<Staged> {
  try {
    return await call<Staged>("GET", `/uploads/${encodeURIComponent(staged.upload)}`);
  } catch (error) {
    if (error instanceof Problem && (error.status === 0 || error.status >= 502)) return staged;
    throw error;
  }
}

async function put(staged: Staged, file: File, signal: AbortSignal): Promise<Staged> {
  const piece = await file.slice(staged.received, staged.received + PIECE).arrayBuffer();
  const query = new URLSearchParams({ offset: String(staged.received), sha256: await digest(piece) });
  const address = `${API}/uploads/${encodeURIComponent(staged.upload)}/content?${query.toString()}`;
  let answer: Response;
  try {
    answer = await fetch(address, {
      method: "PUT",
      body: piece,
      credentials: "same-origin",
      signal,
      headers: {
        "Content-Type": "application/octet-stream",
        Accept: "application/json",
        "X-Hanse-CSRF": csrf(),
      },
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "HAN-1006", "", "", address);
  }
  if (!answer.ok) throw problemFrom(answer.status, answer.statusText, await answer.text(), address);
  return (await answer.json()) as Staged;
}

/** SHA-256 in hexadecimal; nothing where the browser offers none, which is without https on another machine. */
async function digest(piece: ArrayBuffer): Promise<string> {
  if (!("subtle" in crypto)) return "";
  const made = new Uint8Array(await crypto.subtle.digest("SHA-256", piece));
  return Array.from(made, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    });
  });
}
