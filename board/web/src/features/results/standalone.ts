/** Makes one file of a part of the page: its styles come along, its scripts and links do not. */

export function standalone(part: HTMLElement, title: string): Blob {
  const copy = part.cloneNode(true) as HTMLElement;
  copy.querySelectorAll("button, input").forEach((control) => control.remove());
  copy.querySelectorAll("a").forEach((link) => link.removeAttribute("href"));
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.className = document.documentElement.className;
  page.documentElement.lang = document.documentElement.lang;
  const charset = page.createElement("meta");
  charset.setAttribute("charset", "utf-8");
  const style = page.createElement("style");
  style.textContent = `${rules()}\nbody { padding: 2rem; max-width: 80rem; margin: auto }`;
  page.head.prepend(charset);
  page.head.append(style);
  page.body.append(page.importNode(copy, true));
  return new Blob([`<!doctype html>\n${page.documentElement.outerHTML}`], { type: "text/html" });
}

function rules(): string {
  return [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .map((rule) => rule.cssText)
    .join("\n");
}
