// What several FHIR resources of an export are made of.

export const EXTENSIONS = "https://fhiranchor.org/fhir/StructureDefinition/";
export const TERMS = "http://terminology.hl7.org/CodeSystem/";
export const SERVER = "this server";

/** @param {string} text `system|code` */
export function coding(text) {
  const bar = text.indexOf("|");
  return bar < 0 ? { code: text } : { system: text.slice(0, bar), code: text.slice(bar + 1) };
}

/** @param {string} name */
export function reference(name) {
  return { reference: name };
}
