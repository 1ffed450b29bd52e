/** Server-sent events of jobs: follows one job or all, through broken connections, while the page is open. */
import { onScopeDispose } from "vue";

import { API } from "./client";
import type { Job } from "./types";

export function followJobs(job: string | undefined, seen: (job: Job) => void): void {
  const source = new EventSource(`${API}${job ? `/jobs/${encodeURIComponent(job)}` : ""}/events`, { withCredentials: true });
  source.addEventListener("job", (event) => seen(JSON.parse((event as MessageEvent<string>).data) as Job));
  onScopeDispose(() => source.close());
}
