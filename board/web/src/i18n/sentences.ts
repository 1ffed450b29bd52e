/** Says in Chinese what the services tell in English: a text is held against their templates, its values are kept. */
import { Template } from "./template";

/** What `make docs` finds in the services' sources; sentences of errors stand under their code. */
export interface Catalogue {
  titles: Record<string, string>;
  details: Record<string, string[]>;
  hints: string[];
  steps: string[];
  settings: string[];
  log: string[];
  others: string[];
}
/** A word of a list of words, such as `state.failed`; empty when there is none. */
export type Word = (key: string) => string;

// Fixed letters that tell a sentence from a chance likeness, where the text's subject is known and where nothing is.
const [LIKELY, SURE] = [6, 9];
const DEEP = 4; // causes within causes
const VERB = /(^| )(was|were)$/;
const KEPT = 500; // texts whose Chinese is remembered: a page says the same ones with every change

export class Sentences {
  private readonly about = new Map<string, Template[]>();
  private readonly any: Template[];
  private readonly titles: Map<string, string>;
  private readonly known = new Map<string, string>();

  constructor(
    catalogue: Catalogue,
    private readonly chinese: Record<string, string>,
    private readonly word: Word,
  ) {
    const { titles, details, ...lists } = catalogue;
    for (const [key, texts] of Object.entries({ ...details, ...lists })) this.about.set(key, ordered(texts));
    const all = ordered([...new Set([...Object.values(details).flat(), ...lists.hints, ...lists.others])]);
    const whole = (template: Template): boolean => template.values(template.text)?.length === 0;
    this.any = all.filter((template) => template.letters >= SURE || template.headed || whole(template));
    this.titles = new Map(Object.entries(titles).map(([code, title]) => [title, `error.${code}`]));
  }

  /** Returns `text` in Chinese; `about` is an error's code or a list of the catalogue. Unknown words stay as they are. */
  say(text: string, about = "others"): string {
    const key = `${about} ${text}`;
    let said = this.known.get(key);
    if (said === undefined) {
      said = this.told(text, this.about.get(about) ?? [], 0) ?? text;
      if (this.known.size >= KEPT) this.known.clear();
      this.known.set(key, said);
    }
    return said;
  }

  private told(text: string, first: Template[], depth: number): string | undefined {
    if (depth > DEEP || !/[A-Za-z]/.test(text)) return undefined;
    const title = this.titles.get(text);
    if (title) return this.word(title) || undefined;
    const likely = first.filter((template) => template.letters >= LIKELY);
    return (
      this.formed(text, likely, depth) ??
      this.listed(text, first, depth) ??
      this.formed(text, this.any, depth) ??
      this.formed(text, first, depth) ??
      this.headed(text, first, depth)
    );
  }

  private formed(text: string, templates: Template[], depth: number): string | undefined {
    for (const template of templates) {
      const values = template.values(text);
      const told = values && this.filled(template.text, values, depth);
      if (told) return told;
    }
    return undefined;
  }

  /** Fills the Chinese. What stands after a colon may be a sentence itself; before it, it is a name and stays. */
  private filled(template: string, values: string[], depth: number): string | undefined {
    const names = template.split(":")[0] ?? "";
    let known = true;
    const told = (this.chinese[template] ?? "").replace(
      /\{(\d+)(?::([\w.]*))?\}/g,
      (_, place: string, list?: string) => {
        const value = values[Number(place)] ?? "";
        if (list === "") return value.replace(VERB, "").replace(/^(?=.)/, " "); // what else stands there is told
        if (list && list !== "said") {
          const word = this.word(`${list}.${value}`);
          known &&= Boolean(word); // else it is another sentence that only looks like this one
          return word;
        }
        return ((list || !names.includes(`{${place}}`)) && this.told(value, [], depth + 1)) || value;
      },
    );
    return known ? told : undefined;
  }

  /** Several sentences in a row: "this; that". */
  private listed(text: string, first: Template[], depth: number): string | undefined {
    const parts = text.split("; ");
    if (parts.length < 2) return undefined;
    const told: string[] = [];
    for (const part of parts) {
      const one = this.told(part, first, depth + 1);
      if (!one) return undefined;
      told.push(one);
    }
    return told.join("；");
  }

  /** A sentence after what it is about: "rows.0.id: Field required". */
  private headed(text: string, first: Template[], depth: number): string | undefined {
    const at = text.indexOf(": ");
    if (at < 0) return undefined;
    const [head, tail] = [text.slice(0, at), text.slice(at + 2)];
    const [subject, said] = [this.told(head, [], depth + 1), this.told(tail, first, depth + 1)];
    return subject || said ? `${subject ?? head}：${said ?? tail}` : undefined;
  }
}

function ordered(texts: string[]): Template[] {
  return texts
    .map((text) => new Template(text))
    .sort((one, other) => other.letters - one.letters || other.fixed - one.fixed);
}
