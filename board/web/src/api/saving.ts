/** Hands an answer to the person as a file; a link cannot, as it carries no header that lets it in. */
import { ask, type CallOptions } from "./client";

export async function saveFile(method: string, path: string, name: string, options: CallOptions = {}): Promise<void> {
  const answer = await ask(method, path, { ...options, headers: { Accept: "*/*", ...options.headers } });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
