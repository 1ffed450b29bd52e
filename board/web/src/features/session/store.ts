/** Who is signed in. */
import { defineStore } from "pinia";

import { keepCsrf } from "@/api/board";
import { call, Problem } from "@/api/client";

export interface Account {
  account: string;
  role: "super_admin" | "admin" | "normal";
  status: string;
}

interface Me extends Account {
  csrf?: string;
  member?: string;
  member_name?: string;
  change_by_ms?: number; // the password is a one-time code
}

export const useSession = defineStore("session", {
  state: () => ({
    account: undefined as Me | undefined,
    problem: undefined as Problem | undefined,
    missingPage: "", // address of a page whose code could not be loaded
  }),
  getters: {
    isAdmin: (state): boolean => state.account?.role === "admin" || state.account?.role === "super_admin",
  },
  actions: {
    /** Asks who we are; nobody is signed in when the board says so, anything else is a problem to show. */
    async load(): Promise<void> {
      this.problem = undefined;
      try {
        this.account = await call<Me>("GET", "/me");
        if (this.account.csrf) keepCsrf(this.account.csrf);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        this.account = undefined;
        if (error.status !== 401) this.problem = error;
      }
    },
    async signIn(account: string, password: string): Promise<void> {
      const made = await call<{ csrf: string }>("POST", "/sessions", { body: { account, password } });
      keepCsrf(made.csrf);
      await this.load();
    },
    async signOut(): Promise<void> {
      await call("DELETE", "/sessions/current");
      this.account = undefined;
    },
  },
});
