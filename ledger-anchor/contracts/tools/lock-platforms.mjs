// npm leaves a platform package out of package-lock.json when the registry at hand does not serve it, and then `npm ci`
// refuses its own lock. This adds the entries of every platform that Foundry publishes. They carry no integrity hash
// (nobody here could compute one); on the platforms that CI runs on the entries npm wrote, with their hashes, stay.
// Run after every `npm install`: node ledger-anchor/contracts/tools/lock-platforms.mjs
import { readFileSync, writeFileSync } from "node:fs";

const lockFile = new URL("../../../package-lock.json", import.meta.url);
const cpus = { amd64: "x64", arm64: "arm64" };
const lock = JSON.parse(readFileSync(lockFile, "utf8"));

for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = /^@foundry-rs\/(\w+)-(\w+)-(\w+)$/.exec(name);
    if (!platform) continue;
    const [, tool, os, cpu] = platform;
    lock.packages[`node_modules/${name}`] ??= {
      version,
      cpu: [cpus[cpu]],
      dev: true,
      license: "MIT OR Apache-2.0",
      optional: true,
      os: [os],
      bin: { [tool]: `bin/${tool}` },
      engines: { node: ">=20" },
    };
  }
}

const [root, ...others] = Object.keys(lock.packages);
lock.packages = Object.fromEntries(
  [root, ...others.sort()].map((path) => [path, lock.packages[path]]),
);
writeFileSync(lockFile, JSON.stringify(lock, null, 2) + "\n");
