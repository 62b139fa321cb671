// Records with the very text that they were read from: what is checked is what is shown.
import { resourcesIn } from "fhir-anchor-verifier";
import { askPages, askText, resources, type AllFound, type Bundle, type Resource } from "./ask";
import type { Session } from "./session";

export interface Exact {
  record: Resource;
  /** JSON of this record and no other, digits kept, out of the answer that `record` was read from. */
  source(): Uint8Array | string;
}

/** One record, or what a search found. */
export async function askExact(session: Session, path: string): Promise<Exact[]> {
  return exactIn(await askText(session, path));
}

export async function askAllExact(session: Session, path: string): Promise<AllFound<Exact>> {
  return askPages(session, path, exactIn);
}

/** Both are taken from one text, in its order; the second one when it is asked for. */
function exactIn(text: string): Exact[] {
  const record = JSON.parse(text) as Resource;
  if (record.resourceType !== "Bundle") {
    return [{ record, source: () => text }];
  }
  let sources: Uint8Array[] | undefined;
  return resources(record as unknown as Bundle).map((one, place) => ({
    record: one,
    source: () => {
      sources ??= resourcesIn(text);
      return sources[place] as Uint8Array;
    },
  }));
}
