// Files of any size, read part by part.

const SLICE = 1 << 20;
const NEW_LINE = 0x0a;
const NOTHING = new Uint8Array(0);

/** The bytes of a file, whatever it was given as. @param {import("./index.js").BigFile} file */
export async function* partsOf(file) {
  if (file instanceof Uint8Array) {
    yield file;
  } else if (typeof file === "function") {
    yield* file();
  } else {
    for (let at = 0; at < file.size; at += SLICE) {
      yield new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer());
    }
  }
}

/**
 * The lines of a file without their ends. A line that is too long is cut one byte past what is allowed: its own check refuses it.
 *
 * @param {import("./index.js").BigFile} file @param {number} most bytes of a line
 */
export async function* linesOf(file, most) {
  let line = NOTHING;
  let isOpen = false;
  for await (const part of partsOf(file)) {
    for (let at = 0; at < part.length; ) {
      const end = part.indexOf(NEW_LINE, at);
      const stop = end < 0 ? part.length : end;
      line = joined(line, part.subarray(at, Math.min(stop, at + most + 1 - line.length)));
      isOpen = end < 0;
      if (!isOpen) {
        yield line;
        line = NOTHING;
      }
      at = stop + 1;
    }
  }
  if (isOpen) {
    yield line;
  }
}

/** Both, one after the other. @param {Uint8Array} text @param {Uint8Array} more */
export function joined(text, more) {
  if (text.length === 0) {
    return more;
  }
  const both = new Uint8Array(text.length + more.length);
  both.set(text);
  both.set(more, text.length);
  return both;
}
