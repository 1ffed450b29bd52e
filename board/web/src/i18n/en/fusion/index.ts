/** The words of a fusion node's pages. */
import common from "../common";
import cron from "../cron";
import errors from "../errors";
import align from "./align";
import node from "./node";
import protocols from "./protocols";
import sums from "./sums";
import tables from "./tables";
import tasks from "./tasks";

export default {
  ...common,
  ...cron,
  ...errors,
  nav: {
    home: "Home",
    partners: "Partners",
    data: "Data",
    tables: "Prepared tables",
    alignments: "Alignments",
    schedules: "Schedules",
    record: "What left",
    protocols: "Protocols",
  },
  fusion: { ...node, ...align, ...sums, ...tables, ...tasks, ...protocols },
};
