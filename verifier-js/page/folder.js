// The files of an export, chosen or dropped. None is read here.

/** More than any export has: a folder of something else. */
const MOST = 1000;

const MANIFEST = "manifest.json";

/** Files by name; those of a chosen folder by what stands after the folder's name. @param {Iterable<File>} files */
export function namedFiles(files) {
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
 * @returns {Promise<Map<string, File>> | undefined}
 */
export function dropped(transfer, isMeant) {
  // Both are gone once the event is over.
  const files = [...transfer.files];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  if (entries.length === 1 && entries[0]?.isDirectory) {
    return filesIn(entries[0]);
  }
  return isMeant || files.some(({ name }) => name === MANIFEST) ? Promise.resolve(namedFiles(files)) : undefined;
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
      // A folder within is none of an export: it is named, and not looked into.
      named.set(entry.name, entry.isFile ? await new Promise((given, failed) => entry.file(given, failed)) : new Blob());
    }
  }
}
