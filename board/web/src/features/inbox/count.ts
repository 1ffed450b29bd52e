/** How much waits for us, for the badge in the navigation; asked again every few seconds while the page is visible. */
import { defineStore } from "pinia";

import { call, Problem } from "@/api/client";

const EVERY_MS = 4000;

export const useInboxCount = defineStore("inboxCount", {
  state: () => ({ todo: 0, unread: 0, timer: undefined as ReturnType<typeof setInterval> | undefined }),
  actions: {
    async reload(): Promise<void> {
      try {
        const told = await call<{ todo: number; unread: number }>("GET", "/approvals/count");
        this.todo = told.todo;
        this.unread = told.unread;
      } catch (error) {
        // The number stays as it was; pages that need the board say themselves that it is away.
        if (!(error instanceof Problem)) throw error;
      }
    },
    start(): void {
      if (this.timer) return;
      void this.reload();
      this.timer = setInterval(() => {
        if (!document.hidden) void this.reload();
      }, EVERY_MS);
    },
    stop(): void {
      clearInterval(this.timer);
      this.timer = undefined;
      this.todo = this.unread = 0;
    },
  },
});
