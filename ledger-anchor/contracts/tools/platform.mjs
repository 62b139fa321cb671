// Where the native Foundry binaries of this machine are, and how to run them.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";

export const contractsDir = fileURLToPath(new URL("..", import.meta.url));
export const rootDir = path.resolve(contractsDir, "../..");

const cpus = { x64: "amd64", arm64: "arm64" };

/** Path of forge's or anvil's binary; throws with what to do when the platform package is missing. */
export function binary(tool) {
  const name = `@foundry-rs/${tool}-${process.platform}-${cpus[process.arch] ?? process.arch}`;
  const file = path.join(rootDir, "node_modules", name, "bin", tool);
  if (!existsSync(file)) {
    throw new Error(`${tool}: want ${name} installed, found nothing; run npm ci at the root (linux and darwin, amd64 and arm64)`);
  }
  return file;
}

/** Runs forge in the contracts folder; the answer is spawnSync's. */
export function forge(args, options = {}) {
  return spawnSync(binary("forge"), args, { cwd: contractsDir, stdio: "inherit", ...options });
}
