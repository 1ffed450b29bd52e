/** Listens to an event of the window as long as the component is there. */
import { onScopeDispose } from "vue";

export function useEventListener<K extends keyof WindowEventMap>(
  name: K,
  listener: (event: WindowEventMap[K]) => void,
): void {
  window.addEventListener(name, listener);
  onScopeDispose(() => window.removeEventListener(name, listener));
}
