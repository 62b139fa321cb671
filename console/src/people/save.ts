/** The browser has read it long before. */
const KEPT_MS = 60_000;

/** Hands a file to the person. It is not opened here: a page from a file would be one of this server's. */
export function save(name: string, type: string, content: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
