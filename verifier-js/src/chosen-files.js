// The files of an export, chosen or dropped in a browser. None is read here.

import { MANIFEST } from "./export-manifest.js";

/** More than any export has: a folder of something else. */
const MOST = 1000;

/** A folder within is none of an export: it is named, and not looked into. */
const INNER_FOLDER = new Blob();

/** Files by name; those of a chosen folder by what stands after the folder's name. @param {Iterable<File>} files */
export function chosenFiles(files) {
  const named = new Map();
  for (const file of files) {
    const path = file.webkitRelativePath;
    if (named.size < MOST) {
      named.set(path ? path.slice(path.indexOf("/") + 1) : file.name, file);
    }
  }
  return named;
}

/**
 * What was dropped, when it is an export: a folder, or files with a manifest among them.
 *
 * @param {DataTransfer} transfer @param {boolean} isMeant dropped where an export belongs
 * @returns {Promise<Map<string, Blob>> | undefined}
 */
export function droppedFiles(transfer, isMeant) {
  // Both are gone once the event is over.
  const files = [...transfer.files];
  const items = [...transfer.items];
  const [entry] = items.map((item) => item.webkitGetAsEntry?.());
  if (items.length === 1 && entry?.isDirectory) {
    // Chromium reads entries on pages from a server alone, and handles on pages from disk, too; others know no handles.
    const handle = items[0].getAsFileSystemHandle?.();
    return handle ? handle.then(filesBehind) : filesIn(entry);
  }
  return isMeant || files.some(({ name }) => name === MANIFEST) ? Promise.resolve(chosenFiles(files)) : undefined;
}

async function filesBehind(folder) {
  const named = new Map();
  for await (const [name, handle] of folder.entries()) {
    if (named.size < MOST) {
      named.set(name, handle.kind === "file" ? await handle.getFile() : INNER_FOLDER);
    }
  }
  return named;
}

async function filesIn(folder) {
  const reader = folder.createReader();
  const named = new Map();
  for (;;) {
    const entries = await new Promise((given, failed) => reader.readEntries(given, failed));
    if (entries.length === 0 || named.size >= MOST) {
      return named;
    }
    for (const entry of entries) {
      named.set(entry.name, entry.isFile ? await new Promise((given, failed) => entry.file(given, failed)) : INNER_FOLDER);
    }
  }
}
