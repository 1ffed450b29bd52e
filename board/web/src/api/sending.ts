/** Sends a file whole, as the body of one request, and tells how far it is: `fetch` cannot say that. */
import { problemFrom, Problem, request, type CallOptions } from "./client";

export async function sendWhole<T>(
  path: string,
  file: Blob,
  options: CallOptions,
  seen: (sent: number) => void,
): Promise<T> {
  const { address, headers } = request("POST", path, options);
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", address);
    for (const [name, value] of Object.entries(headers)) sending.setRequestHeader(name, value);
    sending.setRequestHeader("Content-Type", "application/octet-stream");
    sending.upload.addEventListener("progress", (event) => seen(event.loaded));
    sending.addEventListener("error", () => reject(new Problem(0, "HAN-1006", "", "", address)));
    sending.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    sending.addEventListener("load", () => {
      if (sending.status >= 200 && sending.status < 300) resolve(JSON.parse(sending.responseText) as T);
      else reject(problemFrom(sending.status, sending.statusText, sending.responseText, address));
    });
    options.signal?.addEventListener("abort", () => sending.abort());
    sending.send(file);
  });
}
