import { ExportReader } from "./export-reader.js";
import { Ending } from "./steps.js";

/** Holds the files of records against the leaves, line by line, while these are read. */
export class ExportRecords {
  counts = new Map();

  /** @param {object} manifest @param {import("./index.js").ExportFiles} files */
  constructor(manifest, files) {
    this.manifest = manifest;
    this.readers = new Map(manifest.format.files.map((name) => [name, new ExportReader(name, files.get(name))]));
  }

  /** Before the first leaf. */
  async begin() {
    for (const reader of this.readers.values()) {
      await reader.expect(this.manifest.format.first, "not the first line of such a file");
    }
  }

  /** The line of this leaf comes next, if the export was asked for it. @param {import("./export-leaf.js").ExportedLeaf} leaf */
  async next(leaf) {
    const { filter, format } = this.manifest;
    if (!filter.matches(leaf)) {
      return;
    }
    const kind = leaf.kind();
    this.counts.set(kind, (this.counts.get(kind) ?? 0n) + 1n);
    await this.readers.get(format.fileOf(kind)).expect(format.line(this.manifest, leaf), `not what leaf ${leaf.index} says`);
  }

  /** After the last leaf: nothing more, and as many as the manifest says. */
  async end() {
    const { filter, format, counts } = this.manifest;
    for (const reader of this.readers.values()) {
      await reader.expect(format.last(this.manifest), "not the last line of such a file");
      await reader.expectEnd("export-records");
    }
    for (const kind of filter.kinds) {
      const [want, got] = [this.counts.get(kind) ?? 0n, counts.get(kind)];
      if (want !== got) {
        throw Ending.failed("export-records", {
          reason: `the manifest counts another number of ${kind}`,
          want: `${want}`,
          got: `${got}`,
        });
      }
    }
  }

  async close() {
    await Promise.all([...this.readers.values()].map((reader) => reader.close()));
  }
}
