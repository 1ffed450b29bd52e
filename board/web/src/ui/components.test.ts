import { createApp, defineComponent, h } from "vue";
import { afterEach, expect, test, vi } from "vitest";

import { i18n, setLanguage } from "@/i18n";

import { useNames, type Names } from "./components";

const INSTALLED = [{ name: "split", version: "1.0.0", title: { en: "Split", zh: "切分" } }];

function names(): Names {
  let made: Names | undefined;
  const app = createApp(
    defineComponent({
      setup() {
        made = useNames();
        return () => h("div");
      },
    }),
  );
  app.use(i18n).mount(document.createElement("div"));
  if (!made) throw new Error("no names");
  return made;
}
afterEach(() => setLanguage("en"));

test("nodes without a title of their own are called as their component is, in the reader's language", async () => {
  const answer = new Response(JSON.stringify({ items: INSTALLED, next_after: "" }), {
    headers: { "Content-Type": "application/json" },
  });
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(answer)),
  );
  const { node, pinned } = names();
  expect(node({ title: "", component: "split" })).toBe("split");
  await vi.waitFor(() => expect(node({ title: "", component: "split" })).toBe("Split"));
  setLanguage("zh");
  expect(node({ title: "", component: "split" })).toBe("切分");
  expect(node({ title: "Split", component: "split" })).toBe("切分");
  expect(node({ title: "Hold out", component: "split" })).toBe("Hold out");
  expect(node({ title: "", component: "elsewhere" })).toBe("elsewhere");
  expect([pinned("split==1.0.0"), pinned("elsewhere==2")]).toEqual(["切分 1.0.0", "elsewhere 2"]);
});
