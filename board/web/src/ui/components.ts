/** What components, and nodes without a title of their own, are called in the reader's language. */
import { shallowRef } from "vue";

import { all, Problem } from "@/api/client";
import type { Component } from "@/api/types";

import { useWords } from "./words";

interface Titled {
  title: string;
  component: string;
}

export interface Names {
  /** A component by its name; the name itself when it is not installed here. */
  component: (name: string) => string;
  /** A component as terms and consents name it, "name==version". */
  pinned: (text: string) => string;
  /** A node or task: its own title, else its component's name. */
  node: (node: Titled) => string;
}

const known = shallowRef<ReadonlyMap<string, Component>>(new Map());
let asking: Promise<void> | undefined;

/** All pages share one answer: what is installed changes only when the kernel is started anew. */
async function ask(): Promise<void> {
  try {
    known.value = new Map((await all<Component>("/components")).map((one) => [one.name, one]));
  } catch (error) {
    asking = undefined; // the next page asks again; until then names are those of the code
    if (!(error instanceof Problem)) throw error;
  }
}

export function useNames(): Names {
  const { pick } = useWords();
  asking ??= ask();
  const component = (name: string): string => pick(known.value.get(name)?.title) || name;
  return {
    component,
    pinned: (text) => {
      const [name = "", version = ""] = text.split("==");
      return `${component(name)} ${version}`.trim();
    },
    // Jobs of before carry their component's English name as a title that nobody has chosen.
    node: (node) =>
      node.title && node.title !== known.value.get(node.component)?.title.en ? node.title : component(node.component),
  };
}
