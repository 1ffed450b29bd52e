/** Colours of charts: distinguishable for people with colour blindness, and following the theme. */
import { onBeforeUnmount, onMounted, ref, type Ref } from "vue";

/** Okabe and Ito's palette, in an order that also works on dark ground. */
export const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

export interface Ink {
  text: string;
  line: string;
}

/** The present theme's colours for axes; changes when the theme is switched. */
export function useInk(): Ref<Ink> {
  const read = (): Ink => {
    const style = getComputedStyle(document.documentElement);
    return { text: style.getPropertyValue("--muted").trim(), line: style.getPropertyValue("--line").trim() };
  };
  const ink = ref(read());
  const watcher = new MutationObserver(() => (ink.value = read()));
  onMounted(() => watcher.observe(document.documentElement, { attributeFilter: ["class"] }));
  onBeforeUnmount(() => watcher.disconnect());
  return ink;
}
