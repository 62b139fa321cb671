/** The folder that the console's pages are in; the API is beside them. */
export const CONSOLE_BASE = new URL("./", document.baseURI).href;
