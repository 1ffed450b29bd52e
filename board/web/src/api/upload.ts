/** Sends a file as it is; tells how far it is, which fetch cannot. */
import { API, csrf, problemFrom, Problem } from "./client";

export interface Upload<T> {
  done: Promise<T>;
  stop: () => void;
}

export function upload<T>(
  path: string,
  query: Record<string, string>,
  file: File,
  sent: (share: number) => void,
): Upload<T> {
  const filled = Object.entries(query).filter(([, value]) => value !== "");
  const address = `${API}${path}?${new URLSearchParams(filled).toString()}`;
  const request = new XMLHttpRequest();
  const done = new Promise<T>((resolve, reject) => {
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Hanse-CSRF", csrf());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) sent(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T);
      else reject(problemFrom(request.status, request.statusText, request.responseText, address));
    });
    request.addEventListener("error", () => reject(new Problem(0, "HAN-1006", "", "", address)));
    request.addEventListener("abort", () => reject(new Problem(0, "", "", "", address)));
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}
