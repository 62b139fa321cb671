import { FormatError } from "./bytes.js";

const INSTANT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/;

/**
 * Any FHIR instant in its one spelling, UTC with milliseconds: 2026-01-31T23:59:59.123Z (CAN-4). Digits past the
 * millisecond are cut off.
 *
 * @param {string} text
 */
export function utcMillis(text) {
  const part = INSTANT.exec(text);
  if (!part) {
    throw new FormatError("want an instant such as 2026-01-31T23:59:59.123Z");
  }
  const [year, month, day, hour, minute, second] = part.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59) {
    throw new FormatError("want a date and a time that exist");
  }
  date.setUTCHours(hour, minute, second, Number(`${part[7] ?? ""}000`.slice(0, 3)));
  const utc = new Date(date.getTime() - offsetMillis(part));
  if (utc.getUTCFullYear() < 1 || utc.getUTCFullYear() > 9999) {
    throw new FormatError("instant: want a year from 1 to 9999");
  }
  return utc.toISOString();
}

/** No request and no transaction lasts longer, so a leaf stands at most so far from where its instant belongs. */
export const OUT_OF_ORDER_MS = 3_600_000;

/** Up to when nothing is missing before a leaf of this instant: others may come so late. @param {string} recorded */
export function provenUpTo(recorded) {
  return new Date(Date.parse(recorded) - OUT_OF_ORDER_MS).toISOString();
}

/** An instant in its one spelling as a report says it: whole seconds without a fraction. @param {string} instant */
export function said(instant) {
  return instant.replace(".000Z", "Z");
}

function offsetMillis(part) {
  if (!part[8]) {
    return 0;
  }
  const hours = Number(part[9]);
  const minutes = Number(part[10]);
  if (hours > 18 || minutes > 59) {
    throw new FormatError("want an offset within 18 hours");
  }
  return (part[8] === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
