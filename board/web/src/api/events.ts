/** Server-sent events of a job: followed to its end, through broken connections, while the page is open. */
import { onScopeDispose } from "vue";

import { API } from "./client";
import { ENDED, type Job } from "./types";

const AGAIN_MS = 5000;

/** Follows a job; call the answer to follow it anew after it went on. `lost` is asked, when the board refuses, whether to try later. */
export function followJob(job: string, seen: (job: Job) => void, lost: () => Promise<boolean>): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function close(): void {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  function open(): void {
    close();
    const opened = new EventSource(`${API}/jobs/${encodeURIComponent(job)}/events`, { withCredentials: true });
    opened.addEventListener("job", (event) => {
      const told = JSON.parse((event as MessageEvent<string>).data) as Job;
      seen(told);
      // The board ends the stream of a job that has ended; the browser would open it again for ever.
      if (ENDED.includes(told.state)) opened.close();
    });
    opened.addEventListener("error", () => {
      // Still connecting: the browser tries by itself. Closed: the board refused, so ask it why and try later.
      if (opened.readyState !== EventSource.CLOSED) return;
      void lost().then((again) => {
        if (again && source === opened) timer = setTimeout(open, AGAIN_MS);
      });
    });
    source = opened;
  }

  open();
  onScopeDispose(close);
  return open;
}
