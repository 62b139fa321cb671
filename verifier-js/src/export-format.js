import { csvHeader, csvRecord } from "./export-csv.js";
import { fhirRecord } from "./export-fhir.js";
import { provFirst, provLast, provRecord } from "./export-prov.js";

const TABLE = "records.csv";
const DOCUMENT = "records.prov.json";
const CHAINED = new Set(["disclosures", "refusals"]);

/**
 * How the records of an export are written: the names of all their files, which of them has a kind, what a file begins and
 * ends with, and the line of a record. A line is made of its leaf and of the export's head alone.
 */
export const EXPORT_FORMATS = [
  {
    word: "ndjson",
    files: ["AuditEvent.ndjson", "Provenance.ndjson"],
    fileOf: (kind) => (CHAINED.has(kind) ? "AuditEvent.ndjson" : "Provenance.ndjson"),
    first: "",
    line: (origin, leaf) => `${fhirRecord(origin, leaf)}\n`,
    last: () => "",
  },
  {
    word: "csv",
    files: [TABLE],
    fileOf: () => TABLE,
    first: `${csvHeader()}\r\n`,
    line: (_, leaf) => `${csvRecord(leaf)}\r\n`,
    last: () => "",
  },
  {
    word: "prov",
    files: [DOCUMENT],
    fileOf: () => DOCUMENT,
    first: `${provFirst()}\n`,
    line: (_, leaf) => `${provRecord(leaf)}\n`,
    last: (origin) => `${provLast(origin)}\n`,
  },
];
