/** What a protocol is called and does, in the reader's words; one that we have no words for speaks for itself. */
import { useI18n } from "vue-i18n";

import { said } from "@/i18n";

import type { Protocol } from "../types";

export interface ProtocolWords {
  title: (protocol: Protocol) => string;
  about: (protocol: Protocol) => string;
  cost: (protocol: Protocol) => string;
  assumption: (protocol: Protocol) => string;
}

export function useProtocolWords(): ProtocolWords {
  const { t, te } = useI18n();
  const told = (protocol: Protocol, what: string): string => {
    const key = `fusion.protocol.${protocol.name}.${what}`;
    return te(key, "en") ? t(key) : "";
  };
  return {
    title: (protocol) => told(protocol, "title"),
    about: (protocol) => told(protocol, "about"),
    cost: (protocol) => told(protocol, "cost"),
    assumption: (protocol) => told(protocol, "assumes") || said(protocol.assumption, "manifests"),
  };
}
