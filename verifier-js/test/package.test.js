import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const root = path.join(import.meta.dirname, "..");
const text = (file) => readFileSync(path.join(root, file), "utf8");

test("VER-6 the package depends on nothing, and only its command line on Node", () => {
  const { dependencies, peerDependencies } = JSON.parse(text("package.json"));
  assert.deepEqual([dependencies, peerDependencies], [undefined, undefined]);
  for (const file of readdirSync(path.join(root, "src")).filter((name) => name.endsWith(".js"))) {
    const code = text(`src/${file}`);
    const imported = [...code.matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(([, name]) => name);
    const foreign = imported.filter((name) => !name.startsWith("./"));
    const allowed = file === "command-line.js" ? foreign.filter((name) => name.startsWith("node:")) : [];
    assert.deepEqual(foreign, allowed, file);
  }
});

test("the types name what the package exports, and nothing else", async () => {
  const exported = Object.keys(await import("fhir-anchor-verifier")).sort();
  const declared = [...text("src/index.d.ts").matchAll(/^export (?:function|class|const) (\w+)/gm)];
  assert.deepEqual(declared.map(([, name]) => name).sort(), exported);
});
