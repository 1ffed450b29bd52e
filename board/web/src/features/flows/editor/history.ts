/** Undo and redo: every state is kept as the text it was, so that going back gives it byte for byte. */
const TOGETHER_MS = 900;

export class History {
  private states: string[];
  private at = 0;
  private lastKey = "";
  private lastMs = 0;

  constructor(first: string) {
    this.states = [first];
  }

  get present(): string {
    return this.states[this.at] ?? "";
  }
  get canUndo(): boolean {
    return this.at > 0;
  }
  get canRedo(): boolean {
    return this.at < this.states.length - 1;
  }

  /** Notes a state; changes with the same key in quick succession, such as typing, are one step. */
  push(state: string, key = "", nowMs = Date.now()): boolean {
    if (state === this.present) return false;
    const together = key !== "" && key === this.lastKey && nowMs - this.lastMs < TOGETHER_MS && this.at > 0;
    this.states = [...this.states.slice(0, together ? this.at : this.at + 1), state];
    this.at = this.states.length - 1;
    this.lastKey = key;
    this.lastMs = nowMs;
    return true;
  }

  undo(): string {
    if (this.canUndo) this.at -= 1;
    this.lastKey = "";
    return this.present;
  }

  redo(): string {
    if (this.canRedo) this.at += 1;
    this.lastKey = "";
    return this.present;
  }
}
