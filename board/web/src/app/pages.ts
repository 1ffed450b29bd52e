/** What the navigation shows. */
import {
  AlarmClock,
  Bell,
  Box,
  Coin,
  Collection,
  House,
  Message,
  Monitor,
  Notebook,
  Search,
  OfficeBuilding,
  Share,
  Timer,
  User,
} from "@element-plus/icons-vue";
import type { Component } from "vue";

export interface NavigationPage {
  name:
    | "home"
    | "inbox"
    | "projects"
    | "data"
    | "catalogue"
    | "flows"
    | "jobs"
    | "schedules"
    | "models"
    | "members"
    | "ledger"
    | "people"
    | "notifications"
    | "status";
  path: string;
  sign: Component;
  admin?: boolean;
}

export const PAGES: NavigationPage[] = [
  { name: "home", path: "/", sign: House },
  { name: "inbox", path: "/inbox", sign: Message },
  { name: "projects", path: "/projects", sign: Collection },
  { name: "data", path: "/data", sign: Coin },
  { name: "catalogue", path: "/catalogue", sign: Search },
  { name: "flows", path: "/flows", sign: Share },
  { name: "jobs", path: "/jobs", sign: Timer },
  { name: "schedules", path: "/schedules", sign: AlarmClock },
  { name: "models", path: "/models", sign: Box },
  { name: "members", path: "/members", sign: OfficeBuilding },
  { name: "ledger", path: "/ledger", sign: Notebook },
  { name: "people", path: "/people", sign: User, admin: true },
  { name: "notifications", path: "/notifications", sign: Bell, admin: true },
  { name: "status", path: "/status", sign: Monitor },
];
