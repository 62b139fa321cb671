import { useLanguage } from "../words/language";

/** A moment as people of that language write it. */
export function useTime(): (instant: string) => string {
  const { language } = useLanguage();
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  return (instant) => format.format(new Date(instant));
}
