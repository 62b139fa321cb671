import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { de } from "./de";
import { en, type Words } from "./en";

export const LANGUAGES = { en, de };
export type Language = keyof typeof LANGUAGES;

interface Spoken {
  words: Words;
  language: Language;
  speak(language: Language): void;
}

const KEPT = "fhir-anchor-language";
const Spoken = createContext<Spoken>({ words: en, language: "en", speak: () => undefined });

/** What was chosen last; else the browser's language, where it is one of ours. */
function first(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "de" || kept === "en") {
    return kept;
  }
  return navigator.language.startsWith("de") ? "de" : "en";
}

export function SpokenLanguage({ children }: { children: ReactNode }) {
  const [language, speak] = useState(first);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(KEPT, language);
  }, [language]);
  return <Spoken.Provider value={{ words: LANGUAGES[language], language, speak }}>{children}</Spoken.Provider>;
}

export const useWords = (): Words => useContext(Spoken).words;
export const useLanguage = (): Spoken => useContext(Spoken);
