/** Every page has an address of its own; a page that needs a sign-in is come back to after it. */
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

import { useSession } from "@/features/session/store";

const routes: RouteRecordRaw[] = [
  { path: "/sign-in", name: "sign-in", component: () => import("@/features/session/SignInPage.vue"), meta: { open: true } },
  { path: "/", name: "home", component: () => import("@/features/home/HomePage.vue") },
  { path: "/:rest(.*)*", name: "unknown", component: () => import("@/app/UnknownPage.vue"), meta: { open: true } },
];

export const router = createRouter({ history: createWebHistory(), routes });

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  const session = useSession();
  if (!session.account) await session.load();
  return session.account || session.problem ? true : { name: "sign-in", query: { to: to.fullPath } };
});
