/**
 * Server-sent events of a job: followed to its end, through broken connections, while the page is open and looked at.
 * The board tells the present state first and then each newer one, so that nothing is lost in between.
 */
import { onScopeDispose, ref, type Ref } from "vue";

import { API } from "./board";
import { ENDED, type JobDetail } from "./types";

const AGAIN_MS = [2000, 5000, 15000];

/** live: events arrive; back: the browser tries to connect again; polling: the board gives none, so we ask. */
export type Connection = "live" | "back" | "polling";

export interface Following {
  again: () => void;
  connection: Ref<Connection>;
  heardMs: Ref<number>;
}

/** Follows a job; `lost` is asked, when the board refuses, for the present state and whether to try later. */
export function followJob(job: string, seen: (job: JobDetail) => void, lost: () => Promise<boolean>): Following {
  const connection = ref<Connection>("live");
  const heardMs = ref(Date.now());
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let refused = 0;
  let over = false;

  function close(): void {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  }

  function heard(): void {
    connection.value = "live";
    heardMs.value = Date.now();
    refused = 0;
  }

  function open(): void {
    close();
    const opened = new EventSource(`${API}/jobs/${encodeURIComponent(job)}/events`, { withCredentials: true });
    opened.addEventListener("open", heard);
    opened.addEventListener("job", (event) => {
      heard();
      const told = JSON.parse((event as MessageEvent<string>).data) as JobDetail;
      seen(told);
      // The board ends the stream of a job that has ended; the browser would open it again for ever.
      over = ENDED.includes(told.state);
      if (over) opened.close();
    });
    opened.addEventListener("error", () => {
      if (source !== opened || over) return;
      // Still connecting: the browser tries by itself. Closed: the board refused, so ask it and try later.
      connection.value = opened.readyState === EventSource.CLOSED ? "polling" : "back";
      if (connection.value !== "polling") return;
      void lost().then((wanted) => {
        if (!wanted || source !== opened) return;
        timer = setTimeout(open, AGAIN_MS[Math.min(refused, AGAIN_MS.length - 1)]);
        refused += 1;
      });
    });
    source = opened;
  }

  /** A page that nobody looks at holds no connection. */
  function turned(): void {
    if (document.hidden) close();
    else if (!over && !source) open();
  }

  function again(): void {
    over = false;
    open();
  }

  open();
  document.addEventListener("visibilitychange", turned);
  onScopeDispose(() => {
    document.removeEventListener("visibilitychange", turned);
    close();
  });
  return { again, connection, heardMs };
}
