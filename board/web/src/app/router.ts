/** Every page has an address of its own; a page that needs a sign-in is come back to after it. */
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

import { Problem } from "@/api/client";
import { useSession } from "@/features/session/store";

const routes: RouteRecordRaw[] = [
  {
    path: "/sign-in",
    name: "sign-in",
    component: () => import("@/features/session/SignInPage.vue"),
    meta: { open: true },
  },
  {
    path: "/setup",
    name: "setup",
    component: () => import("@/features/session/SetupPage.vue"),
    meta: { open: true },
  },
  { path: "/", name: "home", component: () => import("@/features/home/HomePage.vue"), meta: { nav: "home" } },
  { path: "/inbox", name: "inbox", component: () => import("@/features/inbox/InboxPage.vue"), meta: { nav: "inbox" } },
  {
    path: "/projects",
    name: "projects",
    component: () => import("@/features/projects/ProjectsPage.vue"),
    meta: { nav: "projects" },
  },
  {
    path: "/projects/:project",
    name: "project",
    component: () => import("@/features/projects/ProjectPage.vue"),
    props: true,
    meta: { nav: "projects" },
  },
  { path: "/data", name: "data", component: () => import("@/features/data/DataPage.vue"), meta: { nav: "data" } },
  {
    path: "/data/:dataSet",
    name: "data-set",
    component: () => import("@/features/data/DataSetPage.vue"),
    props: true,
    meta: { nav: "data" },
  },
  {
    path: "/catalogue",
    name: "catalogue",
    component: () => import("@/features/catalogue/CataloguePage.vue"),
    meta: { nav: "catalogue" },
  },
  { path: "/flows", name: "flows", component: () => import("@/features/flows/FlowsPage.vue"), meta: { nav: "flows" } },
  {
    path: "/flows/:flow",
    name: "flow",
    component: () => import("@/features/flows/FlowPage.vue"),
    props: true,
    meta: { nav: "flows" },
  },
  {
    path: "/schedules",
    name: "schedules",
    component: () => import("@/features/schedules/SchedulesPage.vue"),
    meta: { nav: "schedules" },
  },
  { path: "/jobs", name: "jobs", component: () => import("@/features/jobs/JobsPage.vue"), meta: { nav: "jobs" } },
  {
    path: "/jobs/:job",
    name: "job",
    component: () => import("@/features/jobs/JobPage.vue"),
    props: true,
    meta: { nav: "jobs" },
  },
  {
    path: "/compare",
    name: "compare",
    component: () => import("@/features/results/compare/ComparePage.vue"),
    meta: { nav: "jobs" },
  },
  {
    path: "/jobs/:job/report",
    name: "report",
    component: () => import("@/features/results/ReportPage.vue"),
    props: true,
    meta: { nav: "jobs" },
  },
  {
    path: "/jobs/:job/tasks/:task",
    name: "result",
    component: () => import("@/features/results/ResultPage.vue"),
    props: true,
    meta: { nav: "jobs" },
  },
  {
    path: "/models",
    name: "models",
    component: () => import("@/features/models/ModelsPage.vue"),
    meta: { nav: "models" },
  },
  {
    path: "/models/:model",
    name: "model",
    component: () => import("@/features/models/ModelPage.vue"),
    props: true,
    meta: { nav: "models" },
  },
  {
    path: "/members",
    name: "members",
    component: () => import("@/features/members/MembersPage.vue"),
    meta: { nav: "members" },
  },
  {
    path: "/ledger",
    name: "ledger",
    component: () => import("@/features/ledger/LedgerPage.vue"),
    meta: { nav: "ledger" },
  },
  {
    path: "/people",
    name: "people",
    component: () => import("@/features/people/PeoplePage.vue"),
    meta: { nav: "people" },
  },
  {
    path: "/people/log",
    name: "log",
    component: () => import("@/features/people/LogPage.vue"),
    meta: { nav: "people" },
  },
  {
    path: "/account",
    name: "account",
    component: () => import("@/features/people/AccountPage.vue"),
    meta: { nav: "account" },
  },
  {
    path: "/notifications",
    name: "notifications",
    component: () => import("@/features/notifications/NotificationsPage.vue"),
    meta: { nav: "notifications" },
  },
  {
    path: "/status",
    name: "status",
    component: () => import("@/features/status/StatusPage.vue"),
    meta: { nav: "status" },
  },
  { path: "/:rest(.*)*", name: "unknown", component: () => import("@/ui/UnknownPage.vue") },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
});

// A page's code is loaded when it is first opened; when that fails, say so instead of staying blank.
router.onError((_error, to) => {
  const session = useSession();
  session.missingPage = to.fullPath;
  session.problem = new Problem(0, "HAN-1006", "", "", to.fullPath);
});

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  const session = useSession();
  if (!session.account) await session.load();
  if (session.account?.change_by_ms && to.name !== "account") return { name: "account" };
  return session.account || session.problem ? true : { name: "sign-in", query: { to: to.fullPath } };
});
