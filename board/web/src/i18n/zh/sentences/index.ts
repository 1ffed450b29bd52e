/** 代码中拼成的句子的中文，按 sentences.json 中的英文模板；{1:state} 的词取自 state.*，{1:said} 是另一个句子，{1:} 不必说。 */
import board from "./board";
import common from "./common";
import flow from "./flow";
import fusion from "./fusion";
import fusionHints from "./fusionHints";
import gateway from "./gateway";
import hints from "./hints";
import kernel from "./kernel";
import log from "./log";
import manifests from "./manifests";
import others from "./others";
import serving from "./serving";
import settings from "./settings";
import steps from "./steps";
import union from "./union";

const parts = [
  common,
  union,
  gateway,
  kernel,
  flow,
  board,
  serving,
  fusion,
  fusionHints,
  hints,
  steps,
  settings,
  manifests,
  log,
  others,
];
export default Object.assign({}, ...parts) as Record<string, string>;
