import { useLanguage, type Language } from "../words/language";

const DATE = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Stands for a moment in a sentence: a letter of nobody's alphabet. */
export const MOMENT = "\uF8FF";

/** How people of this language write it here, such as en-GB for a browser of English pages in London. */
function localeOf(language: Language): string {
  return navigator.languages.find((one) => (one === language || one.startsWith(`${language}-`)) && isLocale(one)) ?? language;
}

/** Chromium without a locale of the system says en-US@posix, which is none. */
function isLocale(name: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(name).length > 0;
  } catch (malformed) {
    if (malformed instanceof RangeError) {
      return false;
    }
    throw malformed;
  }
}

/**
 * A FHIR date, dateTime or instant in words: a moment by the reader's own clock, a day, month or year as it is. What is none of these stays
 * what it is.
 */
function inWords(language: Language, text: string): string {
  const [, , month, day] = DATE.exec(text) ?? [];
  const form: Intl.DateTimeFormatOptions | undefined = INSTANT.test(text)
    ? { dateStyle: "medium", timeStyle: "medium" }
    : day !== undefined
      ? { dateStyle: "medium", timeZone: "UTC" }
      : month !== undefined
        ? { month: "long", year: "numeric", timeZone: "UTC" }
        : undefined;
  const at = Date.parse(text);
  return form === undefined || Number.isNaN(at) ? text : new Intl.DateTimeFormat(localeOf(language), form).format(at);
}

export function useInWords(): (text: string) => string {
  const { language } = useLanguage();
  return (text) => inWords(language, text);
}

/** A date or moment of FHIR for people, with its exact value behind it; any other text as it is. */
export function Time({ of }: { of: string }) {
  const words = useInWords()(of);
  return words === of ? (
    <>{of}</>
  ) : (
    <time dateTime={of} title={of}>
      {words}
    </time>
  );
}

/** A sentence that says MOMENT where the time is. */
export function WithTime({ sentence, of }: { sentence: string; of: string }) {
  const at = sentence.lastIndexOf(MOMENT);
  return at < 0 ? (
    <>{sentence}</>
  ) : (
    <>
      {sentence.slice(0, at)}
      <Time of={of} />
      {sentence.slice(at + MOMENT.length)}
    </>
  );
}
