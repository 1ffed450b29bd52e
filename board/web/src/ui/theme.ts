/** Light and dark: the system's choice until the user makes one. */
const KEY = "hanse.theme";
type Theme = "light" | "dark";

function chosen(): Theme {
  const kept = localStorage.getItem(KEY);
  if (kept === "light" || kept === "dark") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function startTheme(): void {
  document.documentElement.classList.toggle("dark", chosen() === "dark");
}

export function switchTheme(): void {
  localStorage.setItem(KEY, chosen() === "dark" ? "light" : "dark");
  startTheme();
}
