import { mount } from "@vue/test-utils";
import { expect, test } from "vitest";

import type { Prediction, Predictions } from "@/api/types";
import PredictionCard from "@/features/models/PredictionCard.vue";
import { i18n } from "@/i18n";

const NOTHING = { id: "a", score: null, probability: null, classes: null, predicted: null, value: null, problem: "" };

function show(task: Predictions["task"], told: Partial<Prediction>, bound = 1e-6): ReturnType<typeof mount> {
  const line = { ...NOTHING, ...told };
  const answer = { predictions: [line], model: "j.train", version: "3", task, bound };
  return mount(PredictionCard, { props: { line, answer }, global: { plugins: [i18n] } });
}

test("two classes: the probability, and the score with its bound", () => {
  const page = show("binary", { score: 0.5, probability: 0.622459 });
  expect(page.get("[data-testid=probability]").text()).toBe("0.6225");
  expect(page.get("[data-testid=score]").text()).toBe("0.500000 ± 1.0e-6");
  expect(page.find("[data-testid=classes]").exists()).toBe(false);
});

test("several classes: the likeliest, and each one's probability from the largest on", () => {
  const classes = [
    { label: "low", probability: 0.25 },
    { label: "high", probability: 0.65 },
    { label: "mid", probability: 0.1 },
  ];
  const page = show("multiclass", { classes, predicted: "high" }, 0);
  expect(page.get("[data-testid=predicted]").text()).toBe("high");
  expect(page.findAll("tr").map((row) => row.text())).toEqual(["high0.6500", "low0.2500", "mid0.1000"]);
  expect(page.find("[data-testid=score]").exists()).toBe(false);
});

test("a number: the value in the label's unit; exact trees claim no error", () => {
  const page = show("regression", { score: 7.2, value: 1339.43 }, 0);
  expect(page.get("[data-testid=value]").text()).toBe("1,339.43");
  expect(page.get("[data-testid=score]").text()).toBe("7.200000");
  expect(page.find("[data-testid=probability]").exists()).toBe(false);
});

test.each(["binary", "multiclass", "regression"] as const)("%s: a row with a problem shows it alone", (task) => {
  const page = show(task, { problem: "no usable row of this id at bureau" });
  expect(page.findAll("dd").map((told) => told.text())).toEqual(["no usable row of this id at bureau", "3"]);
});
