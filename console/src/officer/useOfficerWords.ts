import { useLanguage } from "../words/language";
import { officerDe } from "./officer-de";
import { officerEn, type OfficerWords } from "./officer-en";

/** Beside the other words, so that they come with the pages of officers alone. */
export function useOfficerWords(): OfficerWords {
  return useLanguage().language === "de" ? officerDe : officerEn;
}
