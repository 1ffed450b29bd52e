/** A component's JSON schema as the fields of a form. */
import type { Schema, SchemaField } from "@/api/types";

import { DATA_SET } from "./ports";

export type Look = "choice" | "yesNo" | "number" | "text" | "dataSet" | "columns" | "column" | "json";

export interface Field {
  name: string;
  look: Look;
  about: string;
  aboutZh: string;
  unit: string;
  usual: unknown;
  choices: unknown[];
  whole: boolean; // an integer
  least?: number;
  most?: number;
  optional: boolean; // may be null
  schema: SchemaField;
}

/** In the order in which the component declares them, the most important first; others by name after these. */
export function fieldsOf(schema: unknown): Field[] {
  const { properties = {}, $defs = {}, order = [] } = (schema ?? {}) as Schema;
  const names = [...new Set([...order, ...Object.keys(properties)])];
  return names.flatMap((name) => (properties[name] ? [field(name, properties[name], $defs)] : []));
}

function field(name: string, raw: SchemaField, defs: Record<string, SchemaField>): Field {
  const options = (raw.anyOf ?? [raw]).map((option) => resolve(option, defs));
  const meant = options.find((option) => option.type !== "null") ?? raw;
  const schema = { ...meant, ...raw };
  return {
    name,
    look: lookOf(name, meant),
    about: raw.description ?? meant.description ?? "",
    aboutZh: raw.zh ?? meant.zh ?? "",
    unit: raw.unit ?? meant.unit ?? "",
    usual: raw.default,
    choices: meant.enum ?? (meant.const === undefined ? [] : [meant.const]),
    whole: meant.type === "integer",
    least: meant.minimum ?? meant.exclusiveMinimum,
    most: meant.maximum ?? meant.exclusiveMaximum,
    optional: options.some((option) => option.type === "null"),
    schema,
  };
}

function resolve(schema: SchemaField, defs: Record<string, SchemaField>): SchemaField {
  const name = schema.$ref?.split("/").pop();
  return name ? { ...defs[name], ...schema } : schema;
}

function lookOf(name: string, schema: SchemaField): Look {
  if (schema.enum || schema.const !== undefined) return "choice";
  if (schema.type === "boolean") return "yesNo";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (name === DATA_SET) return "dataSet";
  if (schema.type === "string") return /(^|_)(column|label)$/.test(name) ? "column" : "text";
  if (schema.type === "array" && schema.items?.type === "string") return "columns";
  return "json";
}

/** Why a value is not taken; the key of the words under `flows.wrong`. The board checks it again. */
export function wrong(field: Field, value: unknown): "" | "number" | "whole" | "least" | "most" {
  if (field.look !== "number" || value === undefined || value === null) return "";
  if (typeof value !== "number" || !Number.isFinite(value)) return "number";
  if (field.whole && !Number.isInteger(value)) return "whole";
  const { schema } = field;
  if (
    (schema.minimum !== undefined && value < schema.minimum) ||
    (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum)
  )
    return "least";
  if (
    (schema.maximum !== undefined && value > schema.maximum) ||
    (schema.exclusiveMaximum !== undefined && value >= schema.exclusiveMaximum)
  )
    return "most";
  return "";
}
