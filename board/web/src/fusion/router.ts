/** Every page has an address of its own; a page that needs the token is come back to once it is there. */
import { ref } from "vue";
import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from "vue-router";

import { Problem } from "@/api/client";

import { signedIn } from "./token";

const routes: RouteRecordRaw[] = [
  { path: "/sign-in", name: "sign-in", component: () => import("./SignInPage.vue"), meta: { open: true } },
  { path: "/", name: "home", component: () => import("./home/HomePage.vue"), meta: { nav: "home" } },
  {
    path: "/partners",
    name: "partners",
    component: () => import("./partners/PartnersPage.vue"),
    meta: { nav: "partners" },
  },
  { path: "/data", name: "data", component: () => import("./data/DataPage.vue"), meta: { nav: "data" } },
  {
    path: "/data/:dataSet",
    name: "data-set",
    component: () => import("./data/DataSetPage.vue"),
    props: true,
    meta: { nav: "data" },
  },
  { path: "/tables", name: "tables", component: () => import("./tables/TablesPage.vue"), meta: { nav: "tables" } },
  { path: "/new", name: "new", component: () => import("./align/NewPage.vue"), meta: { nav: "alignments" } },
  {
    path: "/alignments",
    name: "alignments",
    component: () => import("./tasks/TasksPage.vue"),
    meta: { nav: "alignments" },
  },
  {
    path: "/alignments/:task",
    name: "alignment",
    component: () => import("./tasks/TaskPage.vue"),
    props: true,
    meta: { nav: "alignments" },
  },
  {
    path: "/schedules",
    name: "schedules",
    component: () => import("./schedules/SchedulesPage.vue"),
    meta: { nav: "schedules" },
  },
  { path: "/record", name: "record", component: () => import("./record/RecordPage.vue"), meta: { nav: "record" } },
  {
    path: "/protocols",
    name: "protocols",
    component: () => import("./protocols/ProtocolsPage.vue"),
    meta: { nav: "protocols" },
  },
  { path: "/:rest(.*)*", name: "unknown", component: () => import("@/ui/UnknownPage.vue"), meta: { open: true } },
];

/** A page whose code could not be loaded. */
export const missing = ref<Problem>();

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
  });
  router.beforeEach((to) => {
    if (to.meta.open || signedIn.value) return true;
    return { name: "sign-in", query: to.fullPath === "/" ? {} : { to: to.fullPath } };
  });
  // A page's code is loaded when it is first opened; when that fails, say so instead of staying blank.
  router.onError((_error, to) => {
    missing.value = new Problem(0, "HAN-1006", "", "", to.fullPath);
  });
  return router;
}
