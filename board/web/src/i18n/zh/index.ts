import type en from "../en";
import app from "./app";
import audit from "./audit";
import common from "./common";
import cron from "./cron";
import data from "./data";
import errors from "./errors";
import federation from "./federation";
import flows from "./flows";
import inbox from "./inbox";
import jobs from "./jobs";
import models from "./models";
import notifications from "./notifications";
import operations from "./operations";
import people from "./people";
import projects from "./projects";
import results from "./results";
import schedules from "./schedules";
import words from "./words";

const zh: typeof en = {
  ...app,
  ...audit,
  ...common,
  ...cron,
  ...data,
  ...errors,
  ...federation,
  ...flows,
  ...inbox,
  ...jobs,
  ...models,
  ...notifications,
  ...operations,
  ...people,
  ...projects,
  ...results,
  ...schedules,
  ...words,
};

export default zh;
