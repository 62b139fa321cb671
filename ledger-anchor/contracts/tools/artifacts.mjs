// The checked-in contract artefacts that the Java side deploys and calls: {"abi": […], "bytecode": "0x…"}.
//   node tools/artifacts.mjs           builds the contracts and writes the artefacts
//   node tools/artifacts.mjs --check   builds and compares; exit 1 names every difference
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { contractsDir, forge, rootDir } from "./platform.mjs";

const contracts = ["AnchorRegistry", "ConsentRegistry"];
const target = path.join(rootDir, "ledger-anchor/src/main/resources/org/fhiranchor/ledger/contracts");

function built(name) {
  const output = path.join(contractsDir, "out", `${name}.sol`, `${name}.json`);
  const { abi, bytecode } = JSON.parse(readFileSync(output, "utf8"));
  return JSON.stringify({ abi, bytecode: bytecode.object }, null, 2) + "\n";
}

function difference(name) {
  const file = path.join(target, `${name}.json`);
  if (!existsSync(file)) return `${name}.json: want a checked-in artefact, found none`;
  const checkedIn = readFileSync(file, "utf8");
  const fresh = built(name);
  if (checkedIn === fresh) return null;
  const [was, is] = [JSON.parse(checkedIn), JSON.parse(fresh)];
  const parts = ["abi", "bytecode"].filter((part) => JSON.stringify(was[part]) !== JSON.stringify(is[part]));
  return `${name}.json: ${parts.join(" and ") || "formatting"} differs from what the sources compile to`;
}

function write(name) {
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(target, `${name}.json`), built(name));
}

const { status } = forge(["build", "src"]);
if (status !== 0) {
  process.exitCode = status ?? 1;
} else if (process.argv.includes("--check")) {
  const differences = contracts.map(difference).filter(Boolean);
  for (const line of differences) console.error(line);
  if (differences.length > 0) {
    console.error("artefacts are out of date: run npm run contracts:build and commit the result");
    process.exitCode = 1;
  } else {
    console.log(`artefacts match the sources contracts=${contracts.length}`);
  }
} else {
  contracts.forEach(write);
  console.log(`artefacts written contracts=${contracts.length}`);
}
