/** Hands a file to the person. It is not opened here: a page from a file would be one of this server's. */
export function save(name: string, type: string, content: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
