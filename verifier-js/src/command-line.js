// The command line, for Node alone: the same words, exit codes and answers as the Java verifier's.

import { closeSync, createReadStream, existsSync, opendirSync, openSync, readdirSync, readSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  checkedLedger,
  createVerifier,
  FormatError,
  MAX_PROOF_BYTES,
  MAX_RESOURCE_BYTES,
  parseKey,
  pinnedHead,
  verify,
  verifyAccounting,
  verifyExport,
} from "./index.js";
import { utcMillis } from "./instant.js";
import { clean, endLines, jsonReport, plainReport } from "./report.js";

const MAX_VERSIONS = 10_000;

/** More than any export has: a folder of something else. */
const MAX_FILES = 1_000;
const PROOF = ".proof.json";
const UNREADABLE = 2;
const USAGE = `Verifies that what a FHIR Anchor server gave you is what it recorded.

  fhir-anchor-verify RESOURCE.json PROOF.json --key KEY [where the head is known from] [--json]
  fhir-anchor-verify --deleted PROOF.json     --key KEY ...   a version without content
  fhir-anchor-verify resources FOLDER         --key KEY ...   many, each for itself: a.json a.proof.json ...
  fhir-anchor-verify accounting FILE          --key KEY ...   who was told what of a patient, and that nothing
                                                              is left out: $disclosures?_outputFormat=proofs
  fhir-anchor-verify export FOLDER            --key KEY ...   what $export-provenance gave, each line of it, and
                                                              that nothing is left out

  --key KEY            the log's public key, from a source you trust: name+id+base64

Where the head is known from:
  --rpc URL            JSON-RPC of a ledger node that you trust
  --contract ADDRESS   the AnchorRegistry on it
  --log-id 0x...       the log in it; without this, the one that the proof file names.
                       Give it: it keeps an owner of two logs from showing you the other one
  --block BLOCK        latest (the default), safe, finalized or a number: the block that all is read at
  --head SIZE:ROOT     a head you know from elsewhere, root in hex or base64; no ledger is asked

  --until INSTANT      of an accounting or an export: complete up to then is enough, as in 2026-03-31T22:00:00Z.
                       Without this: an export with _until, up to then; all else, the ledger's newest head
  --tag TAG            of an accounting: whose it must be. The answer of $disclosures names the tag of its
                       patient; without this, an accounting in which no record names a patient is undecided
  --json               answer in JSON

Exit codes: 0 verified, 1 not verified, 2 wrong usage or unreadable input, 3 undecided.
`;
const OPTIONS = {
  key: { type: "string" },
  rpc: { type: "string" },
  contract: { type: "string" },
  "log-id": { type: "string" },
  block: { type: "string" },
  head: { type: "string" },
  until: { type: "string" },
  tag: { type: "string" },
  deleted: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

class UsageError extends Error {}

/**
 * Runs one command. The boundary: whatever goes wrong below, the caller's script gets a code that means what it says.
 *
 * @param {string[]} args
 * @param {{write(text: string): unknown}} out
 * @param {{write(text: string): unknown}} err
 * @returns {Promise<number>} the exit code
 */
export async function main(args, out, err) {
  try {
    return await run(args, out);
  } catch (failure) {
    const usage = failure instanceof UsageError || failure instanceof FormatError;
    const what = usage ? clean(failure.message) : `failed, nothing is decided: ${failure.stack}`;
    err.write(`fhir-anchor-verify: ${what}\n${usage ? "Try --help.\n" : ""}`);
    return UNREADABLE;
  }
}

async function run(args, out) {
  const { values, positionals } = parsed(args);
  if (values.help) {
    out.write(USAGE);
    return 0;
  }
  const command = values.deleted ? undefined : COMMANDS.get(positionals[0]);
  if (values.until !== undefined && !command?.until) {
    throw new UsageError("--until goes with accounting FILE and with export FOLDER");
  }
  if (values.tag !== undefined && command?.run !== accounting) {
    throw new UsageError("--tag goes with accounting FILE");
  }
  const question = { ...(await trustOf(values)), until: untilOf(values) };
  return command
    ? command.run(only(positionals, command.wants), question, values, out)
    : answer(await verify({ ...question, ...versionOf(positionals, values) }), values, out);
}

const COMMANDS = new Map([
  ["resources", { wants: "resources FOLDER", run: resources }],
  ["accounting", { wants: "accounting FILE", run: accounting, until: true }],
  ["export", { wants: "export FOLDER", run: exported, until: true }],
]);

function only(positionals, wants) {
  if (positionals.length !== 2) {
    throw new UsageError(`want ${wants}, got ${positionals.length - 1} names`);
  }
  return positionals[1];
}

function untilOf({ until }) {
  try {
    return until === undefined ? undefined : utcMillis(until);
  } catch {
    throw new UsageError("--until: want an instant like 2026-03-31T22:00:00Z");
  }
}

function answer(report, { json }, out) {
  out.write(`${json ? jsonReport(report) : plainReport(report)}\n`);
  return report.exitCode;
}

function parsed(args) {
  try {
    const found = parseArgs({ args, options: OPTIONS, allowPositionals: true, tokens: true });
    const given = found.tokens.filter(({ kind }) => kind === "option").map(({ rawName }) => rawName);
    const twice = given.find((name, i) => given.indexOf(name) < i);
    if (twice !== undefined) {
      throw new UsageError(`${twice}: want it once`);
    }
    return found;
  } catch (wrong) {
    throw new UsageError(wrong.message);
  }
}

/** What the caller believes without proof. */
async function trustOf(values) {
  if (!values.key) {
    throw new UsageError("--key: want the log's public key, name+id+base64");
  }
  const key = await parseKey(values.key);
  const head = values.head === undefined ? undefined : pinnedHead(values.head);
  const { rpc, contract, "log-id": logId, block } = values;
  if (rpc === undefined && contract === undefined && logId === undefined && block === undefined) {
    return { key, head };
  }
  if (rpc === undefined || contract === undefined) {
    throw new UsageError("--rpc and --contract go together, and --log-id and --block with them");
  }
  checkedLedger({ rpc, contract, logId, block });
  return { key, head, ledger: { rpc, contract, logId, block } };
}

function versionOf(positionals, { deleted }) {
  const wanted = deleted ? 1 : 2;
  if (positionals.length !== wanted) {
    throw new UsageError(`want ${deleted ? "" : "RESOURCE.json "}PROOF.json, got ${positionals.length} names`);
  }
  const resource = deleted ? undefined : read(positionals[0], MAX_RESOURCE_BYTES);
  return { resource, proof: read(positionals.at(-1), MAX_PROOF_BYTES) };
}

/** One line at a time, whatever the length of the file. */
async function accounting(file, question, values, out) {
  const { tag } = values;
  if (tag !== undefined && !/^[0-9a-fA-F]{64}$/.test(tag)) {
    throw new UsageError("--tag: want 64 hex digits");
  }
  return answer(await verifyAccounting({ ...question, tag, file: big(file) }), values, out);
}

/** One line at a time, whatever the size of the files. */
async function exported(folder, question, values, out) {
  const files = new Map();
  attempt(`cannot read folder ${folder}`, () => {
    const open = opendirSync(folder);
    try {
      for (let entry = open.readSync(); entry && files.size < MAX_FILES; entry = open.readSync()) {
        files.set(entry.name, big(path.join(folder, entry.name)));
      }
    } finally {
      open.closeSync();
    }
  });
  return answer(await verifyExport({ ...question, files }), values, out);
}

/** A file that is read part by part when it is asked for. */
function big(file) {
  return async function* () {
    try {
      yield* createReadStream(file);
    } catch (failure) {
      throw new UsageError(`cannot read ${file}: ${failure.code ?? failure.message}`);
    }
  };
}

/** Each for itself, read one after the other; what is worst decides. */
async function resources(folder, trust, values, out) {
  const versions = [];
  const verifier = await createVerifier(trust);
  for (const name of namesIn(folder)) {
    const resource = path.join(folder, `${name}.json`);
    const report = await verifier.verify({
      resource: existsSync(resource) ? read(resource, MAX_RESOURCE_BYTES) : undefined,
      proof: read(path.join(folder, name + PROOF), MAX_PROOF_BYTES),
    });
    versions.push({ name, ...report });
  }
  if (versions.length === 0) {
    throw new UsageError(`${folder}: no proof file in it`);
  }
  const worst = ["not verified", "undecided"].find((word) => versions.some(({ verdict }) => verdict === word));
  const summary = { verdict: worst ?? "verified", exitCode: { "not verified": 1, undecided: 3 }[worst] ?? 0 };
  const verified = versions.filter(({ exitCode }) => exitCode === 0).length;
  out.write(`${values.json ? jsonReport({ ...summary, verified, versions }) : plainTable(summary, verified, versions)}\n`);
  return summary.exitCode;
}

/** One line for what holds; what does not is told as fully as if it had been asked alone. */
function plainTable({ verdict }, verified, versions) {
  const lines = versions.flatMap((version) =>
    version.exitCode === 0 ? [`  \u2713 ${clean(version.name)}`] : [clean(version.name), ...endLines(version)],
  );
  return [...lines, `${verdict.toUpperCase()} ${verified} of ${versions.length}`].join("\n");
}

/** `<name>.proof.json` with `<name>.json` beside it; a deleted version has no second. */
function namesIn(folder) {
  const files = attempt(`cannot read folder ${folder}`, () => readdirSync(folder));
  const proofs = stems(files, PROOF);
  const proven = new Set(proofs);
  const lonely = stems(files, ".json").find((name) => !name.endsWith(".proof") && !proven.has(name));
  if (lonely !== undefined) {
    throw new UsageError(`${folder}: ${lonely}.json has no ${PROOF} beside it`);
  }
  if (proofs.length > MAX_VERSIONS) {
    throw new UsageError(`${folder}: want at most ${MAX_VERSIONS} versions`);
  }
  return proofs.sort();
}

function stems(files, ending) {
  return files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
}

/** One byte more than allowed is read, so that a longer file is refused by its own check. */
function read(file, max) {
  return attempt(`cannot read ${file}`, () => {
    const descriptor = openSync(file, "r");
    try {
      return readUpTo(descriptor, max + 1);
    } finally {
      closeSync(descriptor);
    }
  });
}

function readUpTo(descriptor, most) {
  const parts = [];
  let length = 0;
  for (;;) {
    const part = Buffer.alloc(Math.min(1 << 16, most - length));
    const count = part.length === 0 ? 0 : readSync(descriptor, part);
    if (count === 0) {
      return new Uint8Array(Buffer.concat(parts, length));
    }
    parts.push(part.subarray(0, count));
    length += count;
  }
}

function attempt(what, action) {
  try {
    return action();
  } catch (failure) {
    throw new UsageError(`${what}: ${failure.code ?? failure.message}`);
  }
}
