/** What the navigation shows. */
export interface NavigationPage {
  name: "home" | "projects" | "data" | "flows" | "jobs" | "models" | "members" | "ledger" | "people" | "status";
  path: string;
  admin?: boolean;
}

export const PAGES: NavigationPage[] = [
  { name: "home", path: "/" },
];
