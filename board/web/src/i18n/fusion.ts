/** The words of fusion's pages. */
import { learn } from ".";
import en from "./en/fusion";
import zh from "./zh/fusion";

learn({ en, zh });
