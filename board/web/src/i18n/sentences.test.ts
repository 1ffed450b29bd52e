import { afterEach, expect, test, vi } from "vitest";

import { i18n, said, setLanguage } from "@/i18n";

import en from "./en";
import catalogue from "./sentences.json";
import zh from "./zh";
import chinese from "./zh/sentences";

const { titles, details, ...lists } = catalogue;
const templates = [...new Set([...Object.values(details), ...Object.values(lists)].flat())];
const holes = (text: string) =>
  [...new Set([...text.matchAll(/\{(\d+)(?::[\w.]*)?\}/g)].map((hole) => hole[1]))].sort();

afterEach(() => setLanguage("en"));

async function inChinese(): Promise<void> {
  setLanguage("zh");
  await vi.waitFor(() => expect(said("done", "steps")).toBe("完成"));
}

test("every sentence of the code has its Chinese, and no Chinese is left over", () => {
  expect(Object.keys(chinese).sort()).toEqual([...templates].sort());
});

test("the Chinese keeps every hole and says it in Chinese", () => {
  expect(templates.filter((text) => String(holes(chinese[text] ?? "")) !== String(holes(text)))).toEqual([]);
  const words = Object.values(chinese).filter((text) => !/[\u4e00-\u9fff]/.test(text.replace(/\{\d+\}/g, "")));
  expect(words.sort()).toEqual(["database_url：{0}"]);
});

test("lists of words that the Chinese names exist", () => {
  const named = Object.values(chinese).flatMap((text) =>
    [...text.matchAll(/\{\d+:([\w.]+)\}/g)].map((hole) => hole[1]),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => typeof i18n.global.tm(path ?? "") !== "object")).toEqual([]);
});

test("every code that the page can meet has a title in both languages", () => {
  for (const titled of [en.error, zh.error]) {
    expect(Object.keys(titles).filter((code) => !(code in titled))).toEqual([]);
  }
});

test.each([
  ["manifests", "whether training goes on", "训练是否继续"],
  ["HAN-1002", "there is no job tx-1 to go on from", "没有可以从中继续的任务 tx-1"],
  ["HAN-5003", "job j-1 is running already", "任务 j-1 已是运行中"],
  ["HAN-6006", "this needs the role admin; ann is normal", "需要角色管理员；ann 的角色是普通用户"],
  ["HAN-4203", "line 1: the columns are separated by tabs, not by commas", "第 1 行：各列以制表符分隔，而不是逗号"],
  ["HAN-4203", "line 1: two columns are named ''", "第 1 行：有两列都名为 ''"],
  ["HAN-3420", "'bank' is no admitted member besides us", "'bank' 不是我方以外的获准成员"],
])("%s: %s", async (code, detail, told) => {
  await inChinese();
  expect(said(detail, code)).toBe(told);
});

test("every sentence with names in its holes is told by its own Chinese", async () => {
  await inChinese();
  const first = (list: string) => Object.entries(i18n.global.tm(list) as Record<string, string>)[0] ?? ["", ""];
  const filled = (text: string, value: (place: string, list: string) => string) =>
    text.replace(/\{(\d+)(?::([\w.]*))?\}/g, (_, place: string, list = "said") => value(place, list as string));
  const wrong = Object.entries({ ...details, ...lists }).flatMap(([about, texts]) =>
    texts
      .map((text) => {
        const form = chinese[text] ?? "";
        const lists = new Map([...form.matchAll(/\{(\d+):([\w.]+)\}/g)].map((hole) => [hole[1], hole[2] ?? ""]));
        const word = (list: string | undefined) => (list && list !== "said" ? first(list) : undefined);
        const plain = (place: string) => (form.includes(`{${place}:}`) ? "was" : `name${place}`);
        const english = filled(text, (place) => word(lists.get(place))?.[0] ?? plain(place));
        const own = filled(form, (place, list) => (list ? word(list)?.[1] : "") ?? `name${place}`);
        return [about, english, said(english, about), own];
      })
      .filter(([, , told, own]) => told !== own),
  );
  expect(wrong).toEqual([]);
});

test("the more specific sentence is taken", async () => {
  await inChinese();
  expect(said("there is no job x", "HAN-5001")).toBe("没有任务 x");
  expect(said("there is no job x to go on from", "HAN-5001")).toBe("没有可以从中继续的任务 x");
});

test("a cause within a sentence is told too", async () => {
  await inChinese();
  const within = "bureau refuses psi_set: b-7 takes no part in job j/t attempt";
  expect(said(within, "HAN-3416")).toContain("bureau 拒绝了 psi_set：");
  expect(said("3 attempts; the last one: HAN-4003 bureau cannot be reached", "HAN-5009")).toBe(
    "尝试了 3 次；最后一次：HAN-4003 无法连接 bureau",
  );
  expect(said("the body: the integer 9007199254740993 is beyond 2^53 - 1; write it as text", "HAN-2001")).toBe(
    "正文：整数 9007199254740993 超出 2^53 - 1；请写成文本",
  );
});

test("a fault of a parser keeps the parser's words", async () => {
  await inChinese();
  expect(said("the body: not JSON: Expecting value: line 1 column 1 (char 0)", "HAN-6009")).toBe(
    "正文：不是 JSON：Expecting value: line 1 column 1 (char 0)",
  );
});

test("a value that holds a template's words, brackets or lines is kept as it is", async () => {
  await inChinese();
  expect(said("data set {0} cannot be read: (a [b] $& \\d) is not there", "HAN-6080")).toBe(
    "数据集 {0} cannot be read: (a [b] $& \\d) 不在了",
  );
  expect(said("the file cannot be read as CSV: row 1\nrow 2 (of [3])", "HAN-4203")).toBe(
    "文件无法按 CSV 读取：row 1\nrow 2 (of [3])",
  );
});

test("fields are named and what is wrong with each is told", async () => {
  await inChinese();
  expect(said("name: Field required; rows.0: Input should be greater than or equal to 1", "HAN-6001")).toBe(
    "name：缺少此字段；rows.0：须大于或等于 1",
  );
  expect(said("purpose: Value error, a NUL character has no place here", "HAN-6001")).toBe(
    "purpose：值无效：此处不允许 NUL 字符",
  );
  expect(said("train penalty: -1 is less than the minimum of 0", "HAN-6040")).toBe("train penalty: -1 小于最小值 0");
});

test("the names of all parameters that are not allowed are told", async () => {
  await inChinese();
  const refused = (names: string) => said(`Additional properties are not allowed (${names} unexpected)`, "HAN-6001");
  expect(refused("'a' was")).toBe("不允许额外的参数（'a'）");
  expect(refused("'a', 'b', 'c' were")).toBe("不允许额外的参数（'a', 'b', 'c'）");
});

test("a member's title and detail in one line", async () => {
  await inChinese();
  expect(said("Missing values: values are missing in: age, income")).toBe("存在缺失值：存在缺失值：age, income");
});

test("what a database server or a person says stays as it came", async () => {
  await inChinese();
  for (const own of ['relation "loans" does not exist', "permission denied for table loans", "数据太旧", ""])
    expect(said(own, "HAN-4213")).toBe(own);
  expect(said("the project is over", "others")).toBe("the project is over");
  expect(said("not for this quarter; ask again: later")).toBe("not for this quarter; ask again: later");
});

test("English is shown as it is told", () => {
  expect(said("bank cannot be reached", "HAN-4003")).toBe("bank cannot be reached");
});
