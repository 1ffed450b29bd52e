import { createApp } from "vue";

import { speakTo, whenUnauthenticated } from "@/api/client";
import App from "@/fusion/App.vue";
import { makeRouter } from "@/fusion/router";
import { forgetToken, FUSION, takeToken } from "@/fusion/token";
import { i18n, setLanguage, startLanguage } from "@/i18n";
import { startTheme } from "@/ui/theme";

import "@/i18n/fusion";
import "@/ui/style.css";

startTheme();
setLanguage(startLanguage());
speakTo(FUSION);
// Before the router looks at the address, now and when a link with a token is opened in this tab.
takeToken();
window.addEventListener("popstate", takeToken);
const router = makeRouter();
whenUnauthenticated(() => {
  forgetToken();
  const here = router.currentRoute.value;
  if (here.name !== "sign-in") void router.push({ name: "sign-in", query: { to: here.fullPath, wrong: "1" } });
});
createApp(App).use(i18n).use(router).mount("#app");
