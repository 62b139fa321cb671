// A record in a line or two, whatever its type. Everything is text: nothing of a record is ever markup.
import type { Resource } from "../fhir/ask";
import { nameIn } from "../fhir/names";

interface Concept {
  text?: string;
  coding?: { display?: string; code?: string }[];
}

const CONCEPTS = ["code", "medicationCodeableConcept", "vaccineCode", "type"];
const DATES = ["effectiveDateTime", "onsetDateTime", "occurrenceDateTime", "authoredOn", "recordedDate", "dateTime", "birthDate", "date"];

export function titleOf(record: Resource): string {
  const concept = CONCEPTS.map((name) => record[name] as Concept | Concept[] | undefined).find((one) => one !== undefined);
  const first = Array.isArray(concept) ? concept[0] : concept;
  return first?.text ?? first?.coding?.[0]?.display ?? first?.coding?.[0]?.code ?? nameIn(record);
}

/** What it says in a word or two, and when that was. */
export function valueIn(record: Resource): { value?: string; date?: string } {
  const quantity = record["valueQuantity"] as { value?: number; unit?: string } | undefined;
  const concept = record["valueCodeableConcept"] as Concept | undefined;
  const value = quantity
    ? `${quantity.value ?? ""} ${quantity.unit ?? ""}`.trim()
    : (record["valueString"] ?? concept?.text ?? concept?.coding?.[0]?.display);
  const date = DATES.map((name) => record[name]).find((one) => typeof one === "string");
  return { value: textOf(value), date: textOf(date) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
