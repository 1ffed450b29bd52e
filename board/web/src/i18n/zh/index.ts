import type en from "../en";
import app from "./app";
import errors from "./errors";
import federation from "./federation";
import models from "./models";
import operations from "./operations";
import results from "./results";
import words from "./words";
import work from "./work";

const zh: typeof en = { ...app, ...work, ...federation, ...models, ...operations, ...results, ...words, ...errors };

export default zh;
