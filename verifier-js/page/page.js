// The page's own part: from what was dropped, pasted and typed to a question, and from a report to text. All that comes from a
// file goes into the page as text, never as markup.

import {
  ACCOUNTING_FORMAT,
  chosenFiles,
  clean,
  droppedFiles,
  explain,
  FormatError,
  isOvertaken,
  MAX_RESOURCE_BYTES,
  verify,
  verifyAccounting,
  verifyExport,
} from "../src/index.js";

const MARKS = { held: "\u2713", failed: "\u2717", undecided: "?" };
const PROOFS = /"fhiranchor-(?:proof|accounting)\//;
const FIRST_PART = 1 << 16;

const element = (id) => document.getElementById(id);
const given = { resource: undefined, proof: undefined, files: undefined };

for (const kind of ["resource", "proof"]) {
  element(`${kind}-file`).addEventListener("change", ({ target }) => takeFiles([...target.files], kind));
  element(`${kind}-text`).addEventListener("input", ({ target }) => takeText(kind, target.value));
}
for (const kind of ["folder-file", "folder-files"]) {
  element(kind).addEventListener("change", ({ target }) => takeFolder(chosenFiles(target.files)));
}
for (const source of ["from-ledger", "from-head", "from-nowhere"]) {
  element(source).addEventListener("change", showSource);
}
element("question").addEventListener("submit", (event) => {
  event.preventDefault();
  answer();
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const place = event.target.closest?.(".drop")?.id;
  const folder = droppedFiles(event.dataTransfer, place === "folder-drop");
  if (folder) {
    folder.then(takeFolder, (failure) => note("folder", `${failure}: choose the folder instead, or drop its files`));
  } else {
    takeFiles([...event.dataTransfer.files], place === "proof-drop" ? "proof" : "resource");
  }
});

/** All files of an export, in the place of a record and its proof. */
function takeFolder(files) {
  for (const kind of ["resource", "proof"]) {
    given[kind] = undefined;
    [`${kind}-text`, `${kind}-file`].forEach((id) => (element(id).value = ""));
    note(kind, "");
  }
  given.files = files;
  const bytes = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  note("folder", `${[...files.keys()].sort().join(", ")}: ${bytes} bytes`);
}

function noFolder() {
  given.files = undefined;
  ["folder-file", "folder-files"].forEach((id) => (element(id).value = ""));
  note("folder", "");
}

/** Of several files, or where a proof is dropped for a resource, what is inside says which is which. */
async function takeFiles(files, kind) {
  for (const file of files) {
    if (file.size > MAX_RESOURCE_BYTES) {
      note(kind, `${file.name}: too large, ${file.size} bytes`);
      continue;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const isProof = PROOFS.test(beginning(bytes));
    const where = isProof ? "proof" : files.length > 1 ? "resource" : kind;
    given[where] = bytes;
    noFolder();
    element(`${where}-text`).value = "";
    note(where, `${file.name}, ${bytes.length} bytes`);
  }
}

function beginning(bytes) {
  return new TextDecoder().decode(bytes.subarray(0, FIRST_PART));
}

function takeText(kind, text) {
  noFolder();
  given[kind] = text.trim() === "" ? undefined : new TextEncoder().encode(text);
  element(`${kind}-file`).value = "";
  note(kind, "");
}

function note(kind, text) {
  element(`${kind}-note`).textContent = clean(text);
}

function showSource() {
  element("ledger-fields").hidden = !element("from-ledger").checked;
  element("head-fields").hidden = !element("from-head").checked;
}

async function answer() {
  const began = performance.now();
  element("verify").disabled = true;
  try {
    show(await reportOf(given, trust()), performance.now() - began);
  } catch (failure) {
    // A fault of ours is no verdict, and must not look like one.
    const what = failure instanceof FormatError ? failure.message : `this page failed, nothing is decided: ${failure}`;
    showEnd("not asked", "undecided", [line("undecided", "", what)]);
  } finally {
    element("verify").disabled = false;
  }
}

/** Of an export, of an accounting, or of a record. */
function reportOf({ resource, proof, files }, trusted) {
  const until = value("until") || undefined;
  if (files) {
    return verifyExport({ files, until, ...trusted });
  }
  if (!proof) {
    throw new FormatError("give a proof file, or an export");
  }
  const accounting = !resource && beginning(proof).includes(ACCOUNTING_FORMAT);
  return accounting
    ? verifyAccounting({ file: proof, until, tag: value("tag") || undefined, ...trusted })
    : verify({ resource, proof, ...trusted });
}

function trust() {
  const key = value("key");
  if (element("from-head").checked) {
    return { key, head: value("head") };
  }
  if (element("from-ledger").checked) {
    const logId = value("log-id") || undefined;
    return { key, ledger: { rpc: value("rpc"), contract: value("contract"), logId, block: value("block") } };
  }
  return { key };
}

function value(id) {
  return element(id).value.trim();
}

const OVERTAKEN =
  "The log has gone on since this was made. Ask the server for it anew and verify it at once; or say in the field above, " +
  "\u201cit is enough when it was complete up to\u201d, how far it must reach: up to the time named here at most.";

function show(report, milliseconds) {
  const { verdict, held, failed, undecided, readAt } = report;
  const lines = held.map(({ step, what }) => line("held", step, what));
  if (failed) {
    const { step, reason, want, got } = failed;
    lines.push(line("failed", step, reason, [["wanted", want], ["got", got], ["this means", explain(step)]]));
  }
  if (undecided) {
    const more = isOvertaken(report) ? [["this means", OVERTAKEN]] : [];
    lines.push(line("undecided", undecided.step, `still missing: ${undecided.missing}`, more));
  }
  showEnd(verdict, failed ? "failed" : undecided ? "undecided" : "verified", lines);
  const at = readAt ? `, the ledger at block ${readAt.block} of chain ${readAt.chainId}` : "";
  element("took").textContent = `${Math.round(milliseconds)} ms${at}`;
}

function showEnd(verdict, kind, lines) {
  element("verdict").textContent = verdict.toUpperCase();
  element("verdict").className = kind;
  element("steps").replaceChildren(...lines);
  element("took").textContent = "";
  element("answer").hidden = false;
  element("verdict").focus();
}

function line(kind, step, what, values = []) {
  const item = document.createElement("li");
  item.className = kind;
  item.dataset.step = step;
  item.append(`${MARKS[kind]} ${step ? `${step}: ` : ""}${clean(what)}`);
  if (values.length > 0) {
    const list = document.createElement("dl");
    values.forEach(([name, text]) => list.append(withText("dt", name), withText("dd", clean(text))));
    item.append(list);
  }
  return item;
}

function withText(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
