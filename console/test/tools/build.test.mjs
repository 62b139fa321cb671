// Whether the console is built anew is decided by what its sources hold. The builder runs in a copy, where the programs that it calls only
// say that they were called.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, beforeEach, test } from "node:test";

const from = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "console-build-"));
const root = path.join(folder, "console");
const called = path.join(folder, "called");
const SAYS = `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(called)}, `;

after(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  for (const name of ["tools", "index.html", "check.html", "vite.config.mjs", "tsconfig.json", "package.json", "package-lock.json"]) {
    cpSync(path.join(from, name), path.join(root, name), { recursive: true });
  }
  writes(path.join(root, "src/main.tsx"), "one");
  writes(path.join(root, "src/words/en.ts"), "two");
  writes(path.join(folder, "verifier-js/src/index.js"), "three");
  programs();
  writes(path.join(folder, "bin/npm"), `#!/bin/sh\necho npm "$1" >> '${called}'\ntouch '${path.join(root, "node_modules/.package-lock.json")}'\n`, 0o755);
  assert.deepEqual(builds(), ["tsc", "vite"]);
});

function writes(file, text, mode) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
}

/** As npm leaves them. */
function programs() {
  const packages = path.join(root, "node_modules");
  writes(path.join(packages, "typescript/package.json"), "{}");
  writes(path.join(packages, "typescript/bin/tsc"), `require("node:fs").appendFileSync(${JSON.stringify(called)}, "tsc\\n");`);
  writes(path.join(packages, "vite/package.json"), '{"type":"module"}');
  const page = path.join(root, "dist/index.html");
  writes(path.join(packages, "vite/bin/vite.js"), `${SAYS}"vite\\n"); import { mkdirSync, writeFileSync } from "node:fs"; mkdirSync("dist", { recursive: true }); writeFileSync(${JSON.stringify(page)}, "a page");`);
  writes(path.join(packages, ".package-lock.json"), "{}");
}

/** What one run of the builder calls. */
function builds() {
  rmSync(called, { force: true });
  const { status, stderr } = spawnSync(process.execPath, ["tools/build.mjs"], { cwd: root, encoding: "utf8", env: { ...process.env, PATH: `${path.join(folder, "bin")}:${process.env.PATH}` } });
  assert.equal(status, 0, stderr);
  return existsSync(called) ? readFileSync(called, "utf8").trim().split("\n") : [];
}

test("CON-8 nothing is built where no source changed, whatever the times of the files", () => {
  assert.deepEqual(builds(), []);
  utimesSync(path.join(root, "src/main.tsx"), new Date(), new Date(Date.now() + 3_600_000));
  writes(path.join(root, "test/browser/new.test.mjs"), "no source");
  assert.deepEqual(builds(), []);
});

for (const [what, change] of [
  ["a line more in a source", () => appendFileSync(path.join(root, "src/words/en.ts"), "\n")],
  ["a new source", () => writes(path.join(root, "src/new/page.tsx"), "new")],
  ["a source less", () => rmSync(path.join(root, "src/words/en.ts"))],
  ["a source of another name", () => renameSync(path.join(root, "src/words/en.ts"), path.join(root, "src/words/english.ts"))],
  ["a page", () => appendFileSync(path.join(root, "check.html"), "\n")],
  ["how it is built", () => appendFileSync(path.join(root, "vite.config.mjs"), "\n")],
  ["the verifier that it has in it", () => appendFileSync(path.join(folder, "verifier-js/src/index.js"), "\n")],
  ["what was built, gone", () => rmSync(path.join(root, "dist"), { recursive: true })],
]) {
  test(`CON-8 it is built once after a change: ${what}`, () => {
    change();
    assert.deepEqual(builds(), ["tsc", "vite"]);
    assert.deepEqual(builds(), []);
  });
}

test("CON-8 packages are installed where they are missing or older than the lock file, and otherwise not", () => {
  appendFileSync(path.join(root, "src/main.tsx"), "\n");
  utimesSync(path.join(root, "package-lock.json"), new Date(), new Date(Date.now() - 1_000));
  utimesSync(path.join(root, "node_modules/.package-lock.json"), new Date(), new Date(Date.now() - 3_600_000));
  assert.deepEqual(builds(), ["npm ci", "tsc", "vite"]);
  appendFileSync(path.join(root, "src/main.tsx"), "\n");
  assert.deepEqual(builds(), ["tsc", "vite"]);
});

test("CON-8 a build that fails is told, and is built the next time", () => {
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const was = readFileSync(tsc, "utf8");
  writeFileSync(tsc, "process.exit(2);");
  appendFileSync(path.join(root, "src/main.tsx"), "\n");
  const failed = spawnSync(process.execPath, ["tools/build.mjs"], { cwd: root, encoding: "utf8" });
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /tsc --noEmit: exit 2/);
  writeFileSync(tsc, was);
  assert.deepEqual(builds(), ["tsc", "vite"]);
});
