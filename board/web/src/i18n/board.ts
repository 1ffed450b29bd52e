/** The words of the board's pages. */
import { learn } from ".";
import en from "./en";
import zh from "./zh";

learn({ en, zh });
