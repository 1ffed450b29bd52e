import { createPinia } from "pinia";
import { createApp } from "vue";

import { whenUnauthenticated } from "@/api/client";
import App from "@/app/App.vue";
import { router } from "@/app/router";
import { i18n, setLanguage, startLanguage } from "@/i18n";
import { startTheme } from "@/ui/theme";

import "@/i18n/board";
import "@/app/element.css";
import "@/ui/style.css";

startTheme();
setLanguage(startLanguage());
whenUnauthenticated(() => {
  const here = router.currentRoute.value;
  if (here.name !== "sign-in") void router.push({ name: "sign-in", query: { to: here.fullPath } });
});
createApp(App).use(createPinia()).use(i18n).use(router).mount("#app");
