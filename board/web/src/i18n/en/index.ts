import app from "./app";
import data from "./data";
import errors from "./errors";
import federation from "./federation";
import models from "./models";
import operations from "./operations";
import results from "./results";
import words from "./words";
import work from "./work";

export default { ...app, ...work, ...federation, ...models, ...operations, ...results, ...words, ...errors };
import inbox from "./inbox";
import people from "./people";
import projects from "./projects";
import words from "./words";
import work from "./work";

export default { ...app, ...work, ...federation, ...words, ...errors, ...inbox, ...people, ...projects, ...data };
import flows from "./flows";
import jobs from "./jobs";
import schedules from "./schedules";
import words from "./words";
import work from "./work";

export default { ...app, ...work, ...flows, ...jobs, ...schedules, ...federation, ...words, ...errors };
