import app from "./app";
import errors from "./errors";
import federation from "./federation";
import models from "./models";
import operations from "./operations";
import results from "./results";
import words from "./words";
import work from "./work";

export default { ...app, ...work, ...federation, ...models, ...operations, ...results, ...words, ...errors };
