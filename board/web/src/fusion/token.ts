/** The node's token: what lets this page in. It is kept for this tab alone, and is never in an address for long. */
import { ref } from "vue";

import type { Service } from "@/api/client";

const KEY = "hanse.fusion.token";
const IN_ADDRESS = "#token=";

/** Whether there is a token; only the node can say whether it is the right one. */
export const signedIn = ref(!!sessionStorage.getItem(KEY));

export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token.trim());
  signedIn.value = true;
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
  signedIn.value = false;
}

/** Takes a token that the address brought, and removes it from there and from the tab's history. */
export function takeToken(): void {
  if (!location.hash.startsWith(IN_ADDRESS)) return;
  const told = location.hash.slice(IN_ADDRESS.length);
  history.replaceState(history.state, "", location.pathname + location.search);
  try {
    keepToken(decodeURIComponent(told));
  } catch {
    keepToken(told); // no percent signs of ours: taken as it is, the node will say what it thinks of it
  }
}

/** What a header can carry; with other letters it is none of ours, and the node shall say so. */
function sendable(): string {
  const token = sessionStorage.getItem(KEY) ?? "";
  return /^[\x20-\x7e]*$/.test(token) ? token : "";
}

export const FUSION: Service = {
  api: "/fusion-service/api/v1",
  headers: (): Record<string, string> => ({ Authorization: `Bearer ${sendable()}` }),
  signedOut: "HAN-8013",
};
