/** A sentence with holes, as the services build it: "{0} cannot be read: {1}". */
export class Template {
  /** How many letters, and characters, of it are fixed: what has more of them is the more specific. */
  readonly letters: number;
  readonly fixed: number;
  /** Whether it says what it is about before a colon: "not JSON: {0}". */
  readonly headed: boolean;
  private readonly parts: string[];

  constructor(readonly text: string) {
    this.parts = text.split(/\{\d+\}/);
    this.fixed = this.parts.join("").length;
    this.headed = this.parts[0]?.endsWith(": ") === true;
    this.letters = this.parts.join("").replace(/[^A-Za-z]/g, "").length;
  }

  /** What stands in the holes of a text; undefined when the text is not of this form. Takes time linear in the text. */
  values(text: string): string[] | undefined {
    const [first = "", ...others] = this.parts;
    const last = others.pop();
    if (last === undefined) return text === first ? [] : undefined;
    const end = text.length - last.length;
    if (!text.startsWith(first) || !text.endsWith(last) || end < first.length) return undefined;
    const found: string[] = [];
    let from = first.length;
    for (const part of others) {
      const at = text.indexOf(part, from);
      if (at < 0 || at + part.length > end) return undefined;
      found.push(text.slice(from, at));
      from = at + part.length;
    }
    return [...found, text.slice(from, end)];
  }
}
