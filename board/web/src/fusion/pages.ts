/** What fusion's navigation shows. */
import { AlarmClock, Aim, Coin, Collection, Connection, House, Key, Notebook } from "@element-plus/icons-vue";

import type { FramePage } from "@/ui/PageFrame.vue";

export const PAGES: FramePage[] = [
  { name: "home", path: "/", sign: House },
  { name: "partners", path: "/partners", sign: Connection },
  { name: "data", path: "/data", sign: Coin },
  { name: "tables", path: "/tables", sign: Collection },
  { name: "alignments", path: "/alignments", sign: Aim },
  { name: "schedules", path: "/schedules", sign: AlarmClock },
  { name: "record", path: "/record", sign: Notebook },
  { name: "protocols", path: "/protocols", sign: Key },
];
