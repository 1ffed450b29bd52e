/** What each key does in the editor; typing in a field is left alone. */
import { onBeforeUnmount, onMounted } from "vue";

import { find, move, type Place } from "./graph";
import type { Editor } from "./useEditor";

export interface Acts {
  fit: () => void;
  run: () => void;
  turn: () => void; // canvas or list
  help: () => void;
  rename: () => void;
}

/** Keys and the words for them under `flows.keys`. */
export const KEYS: [keys: string, words: string][] = [
  ["Ctrl Z · Ctrl Shift Z", "undo"],
  ["Ctrl C · Ctrl V · Ctrl D", "copy"],
  ["Delete", "remove"],
  ["Ctrl A", "all"],
  ["N · P", "next"],
  ["← ↑ → ↓", "move"],
  ["F2", "rename"],
  ["Ctrl L", "tidy"],
  ["Ctrl P", "fit"],
  ["Ctrl Enter", "run"],
  ["L", "list"],
  ["Esc", "escape"],
  ["?", "help"],
];

const ARROWS: Record<string, Place> = {
  ArrowLeft: { x: -10, y: 0 },
  ArrowRight: { x: 10, y: 0 },
  ArrowUp: { x: 0, y: -10 },
  ArrowDown: { x: 0, y: 10 },
};

export function useKeys(editor: Editor, acts: Acts): void {
  function shift(by: Place): void {
    const places = new Map<string, Place>();
    for (const id of editor.chosen.value) {
      const at = find(editor.graph.value, id)?.position;
      if (at) places.set(id, { x: at.x + by.x, y: at.y + by.y });
    }
    editor.apply(move(editor.graph.value, places), "shift");
  }

  const withControl: Record<string, () => void> = {
    z: editor.undo,
    y: editor.redo,
    c: editor.copy,
    v: editor.paste,
    d: editor.duplicate,
    a: () => (editor.chosen.value = editor.graph.value.nodes.map((node) => node.id)),
    l: editor.tidy,
    p: acts.fit,
    Enter: acts.run,
  };
  const alone: Record<string, () => void> = {
    Delete: editor.removeChosen,
    Backspace: editor.removeChosen,
    Escape: () => (editor.chosen.value = []),
    F2: acts.rename,
    n: () => editor.step(1),
    p: () => editor.step(-1),
    l: acts.turn,
    "?": acts.help,
  };

  function pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement | null;
    const typing = !!target?.closest("input, textarea, select, [contenteditable], dialog[open]");
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey || event.isComposing || (typing && !(control && event.key === "Enter"))) return;
    if (control && event.key.toLowerCase() === "c" && String(getSelection() ?? "")) return; // text is copied, not nodes
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = control ? (key === "z" && event.shiftKey ? editor.redo : withControl[key]) : alone[key];
    const by = control ? undefined : ARROWS[event.key];
    if (act) act();
    else if (by && editor.chosen.value.length && !target?.closest("[role=tablist], [role=menu], .scroll")) shift(by);
    else return;
    event.preventDefault();
  }

  onMounted(() => window.addEventListener("keydown", pressed));
  onBeforeUnmount(() => window.removeEventListener("keydown", pressed));
}
