import type en from "../en";
import app from "./app";
import errors from "./errors";
import federation from "./federation";
import flows from "./flows";
import jobs from "./jobs";
import schedules from "./schedules";
import words from "./words";
import work from "./work";

const zh: typeof en = { ...app, ...work, ...flows, ...jobs, ...schedules, ...federation, ...words, ...errors };

export default zh;
