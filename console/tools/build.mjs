// Builds the console into dist/ where its sources changed since; says nothing and costs a moment where they did not.
// usage: node tools/build.mjs [--check]   --check: only measures what dist/ holds
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { firstPageBytes, MOST_BYTES } from "./size.mjs";

const root = path.join(import.meta.dirname, "..");
const SOURCES = ["src", "tools", "index.html", "check.html", "vite.config.mjs", "tsconfig.json", "package.json", "package-lock.json", "../verifier-js/src"];
const stamp = path.join(root, "dist/.sources");

/** One digest of all sources: it does not change with a fresh checkout's file times. */
function digestOfSources() {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap((name) => files(path.join(root, name))).sort()) {
    hash.update(path.relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function files(file) {
  return statSync(file).isDirectory() ? readdirSync(file).flatMap((name) => files(path.join(file, name))) : [file];
}

/** What fails has said why. */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (error || status !== 0) {
    console.error(`console: ${program} ${args.join(" ")}: ${error?.message ?? `exit ${status}`}`);
    process.exit(1);
  }
}

/** node_modules is current when npm's own note in it is not older than the lock file. */
function installPackages() {
  const note = path.join(root, "node_modules/.package-lock.json");
  if (!existsSync(note) || statSync(note).mtimeMs < statSync(path.join(root, "package-lock.json")).mtimeMs) {
    run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  }
}

function build() {
  const now = digestOfSources();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === now) {
    return;
  }
  installPackages();
  run(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit"]);
  run(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"]);
  writeFileSync(stamp, now);
}

if (!process.argv.includes("--check")) {
  build();
}
const bytes = firstPageBytes(path.join(root, "dist"));
if (bytes > MOST_BYTES) {
  console.error(`console: the first page is ${bytes} bytes gzipped, want at most ${MOST_BYTES}`);
  process.exit(1);
}
if (process.argv.includes("--check")) {
  console.log(`console: the first page is ${bytes} bytes gzipped, at most ${MOST_BYTES}`);
}
