import { beforeEach, expect, test } from "vitest";

import { forgetToken, FUSION, keepToken, signedIn, takeToken } from "./token";

beforeEach(() => {
  forgetToken();
  history.replaceState({ place: 1 }, "", "/partners?add=1");
});

test("a token in the address is kept for this tab and goes from the address at once", () => {
  location.hash = "#token=a%2Fb%20c";
  takeToken();
  expect(location.href).toMatch(/\/partners\?add=1$/);
  expect(FUSION.headers("GET")).toEqual({ Authorization: "Bearer a/b c" });
  expect([signedIn.value, localStorage.length]).toEqual([true, 0]);
});

test("a token that is not written as we write it is taken as it is", () => {
  location.hash = "#token=50%";
  takeToken();
  expect(FUSION.headers("POST")).toEqual({ Authorization: "Bearer 50%" });
});

test("letters that no header can carry are not sent", () => {
  keepToken("令牌");
  expect(FUSION.headers("GET")).toEqual({ Authorization: "Bearer " });
});

test("other places in a page stay in the address, and what is forgotten is gone", () => {
  location.hash = "#beta";
  takeToken();
  expect([location.hash, signedIn.value]).toEqual(["#beta", false]);
  keepToken("  x\n");
  expect(FUSION.headers("GET")).toEqual({ Authorization: "Bearer x" });
  forgetToken();
  expect([signedIn.value, sessionStorage.length]).toEqual([false, 0]);
});
