// What a browser fetches for the first page: the page, and every script and style it names, gzipped as the server sends them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

/** CON-8. */
export const MOST_BYTES = 400 * 1000;

const NAMED = /(?:src|href)="\.\/([^"]+\.(?:js|css|svg))"/g;
/** What a script loads at once; what it loads when somebody opens a page of officers is not of the first page. */
const IMPORTED = /(?:from|import)\s*["'`]\.\/([\w-]+\.js)["'`]/g;

export function firstPageBytes(folder) {
  const page = readFileSync(path.join(folder, "index.html"));
  const found = new Set();
  const look = (name) => {
    if (found.has(name)) {
      return;
    }
    found.add(name);
    const text = readFileSync(path.join(folder, name), "utf8");
    [...text.matchAll(IMPORTED)].forEach(([, other]) => look(path.join(path.dirname(name), other)));
  };
  [...page.toString().matchAll(NAMED)].forEach(([, name]) => look(name));
  const parts = [...found].map((name) => gzipSync(readFileSync(path.join(folder, name))).length);
  return gzipSync(page).length + parts.reduce((sum, bytes) => sum + bytes, 0);
}
