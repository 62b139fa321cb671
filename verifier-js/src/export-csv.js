/** Also the wide forms, which some spreadsheets read like the narrow ones. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** Where a spreadsheet whose lists are separated by semicolons would begin a cell. */
const INNER = /([;\t\r\n][ "']*)([=+\-@\uff1d\uff0b\uff0d\uff20])/g;
const COLUMNS = [
  "leaf",
  "kind",
  "recorded",
  "number",
  "target",
  "event",
  "patient",
  "outcome",
  "interaction",
  "person",
  "subject",
  "organization",
  "application",
  "purposes",
  "resources",
  "count",
  "categories",
  "origins",
  "why",
  "consents",
  "breakGlassReason",
  "query",
  "requestId",
  "key",
  "content",
  "removed",
];

export function csvHeader() {
  return line(COLUMNS);
}

/** A record of an export as a line of CSV (RFC 4180). @param {import("./export-leaf.js").ExportedLeaf} leaf */
export function csvRecord(leaf) {
  const texts = (name) => leaf.texts(name).join(" ");
  const cells = {
    leaf: `${leaf.index}`,
    kind: leaf.kind(),
    recorded: leaf.statement.recorded,
    target: leaf.target(),
    patient: leaf.patient(),
    person: leaf.person(),
    subject: leaf.subject(),
    organization: leaf.organization(),
    application: leaf.application(),
    purposes: leaf.purposes().join(" "),
    resources: texts("resources"),
    categories: texts("categories"),
    origins: texts("origins"),
    consents: texts("consents"),
    outcome: leaf.text("outcome"),
    interaction: leaf.text("interaction"),
    breakGlassReason: leaf.text("breakGlassReason"),
    query: leaf.text("query"),
    requestId: leaf.text("requestId"),
    why: leaf.why(),
    count: leaf.number("count"),
    ...ofStatement(leaf),
  };
  return line(COLUMNS.map((name) => cells[name] ?? ""));
}

function ofStatement({ statement, facts }) {
  const { kind, operation, content, sequence, event, key } = statement;
  switch (kind) {
    case "resource-version":
      return { event: operation, content };
    case "disclosure":
      return { number: `${sequence}`, removed: facts.size === 0 ? "yes" : "" };
    case "key-binding":
      return { event, key };
    default:
      return { event };
  }
}

function line(cells) {
  return cells.map(cell).join(",");
}

/** No cell is a formula; quoted where it must be. */
function cell(text) {
  const safe = (FORMULA.test(text) ? "'" : "") + text.replaceAll(INNER, "$1'$2");
  return /[,"\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
