/** The folder that the console's pages are in; the API is beside them. */
export const CONSOLE_BASE = new URL("./", document.baseURI).href;

/** The FHIR base, as apps are told it. */
export const FHIR_BASE = new URL("fhir", CONSOLE_BASE).href;
