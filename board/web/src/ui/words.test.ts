import { createApp, defineComponent, h } from "vue";
import { afterEach, expect, test, vi } from "vitest";

import { i18n, setLanguage } from "@/i18n";
import { useWords, type Reader } from "@/ui/words";

function reader(): Reader {
  let made: Reader | undefined;
  const app = createApp(
    defineComponent({
      setup() {
        made = useWords();
        return () => h("div");
      },
    }),
  );
  app.use(i18n).mount(document.createElement("div"));
  if (!made) throw new Error("no reader");
  return made;
}
afterEach(() => setLanguage("en"));

test("steps with numbers are told in the reader's language; unknown ones stay as they are", async () => {
  setLanguage("zh");
  const { doing, told } = reader();
  await vi.waitFor(() => expect(doing("iteration 3 of 12")).toBe("第 3 轮，共 12 轮"));
  expect(doing("done")).toBe("完成");
  expect(doing("something new 7")).toBe("something new 7");
  expect(told("overlap of bank and bureau")).toBe("bank, bureau 的重叠数");
  expect(told("splits of train bank")).toBe("train bank 的分裂数");
  expect(told("predicted as rows")).toBe("预测为 rows");
  setLanguage("en");
  expect(told("splits of train bank")).toBe("splits of train bank");
  expect(doing("iteration 3 of 12")).toBe("iteration 3 of 12");
});
