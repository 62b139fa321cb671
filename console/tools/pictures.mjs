// Takes the small pictures of the last browser test into the documentation.
// usage: node tools/pictures.mjs
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
const from = path.join(root, "target/console-pictures");
const to = path.join(root, "docs/pictures");
const SMALL = /^readme-(.+\.png)$/;

mkdirSync(to, { recursive: true });
for (const name of readdirSync(from)) {
  const found = SMALL.exec(name);
  if (found) {
    copyFileSync(path.join(from, name), path.join(to, found[1]));
    console.log(`docs/pictures/${found[1]}`);
  }
}
