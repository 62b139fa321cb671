import { useEffect } from "react";
import { Refused } from "../fhir/ask";

const POLL_MS = 1_000;
const PAUSE_MS = 5_000;
const AWAY = 500;
const TOO_MANY = 429;

/**
 * Looks at a job of the server until it runs no more. A server that is away, or has too much to do, says nothing about the job: it is
 * told, and looked at again after a pause; what it answers then takes the place of the failure.
 *
 * @param job none to look at nothing
 */
export function useWatched<State extends { state: string }>(
  job: string | undefined,
  look: (job: string) => Promise<State>,
  onState: (state: State) => void,
  onFailure: (failure: unknown) => void,
): void {
  useEffect(() => {
    if (job === undefined) {
      return undefined;
    }
    let timer = 0;
    let wanted = true;
    let failed = false;
    const again = (ms: number) => {
      timer = window.setTimeout(() => void watch(), ms);
    };
    const watch = async () => {
      try {
        const now = await look(job);
        if (!wanted) {
          return;
        }
        if (failed) {
          failed = false;
          onFailure(undefined);
        }
        onState(now);
        if (now.state === "running") {
          again(POLL_MS);
        }
      } catch (failure) {
        if (wanted) {
          failed = true;
          onFailure(failure);
          if (passes(failure)) {
            again(PAUSE_MS);
          }
        }
      }
    };
    void watch();
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [job]);
}

/** No answer at all is none about the job either. */
function passes(failure: unknown): boolean {
  return failure instanceof TypeError || (failure instanceof Refused && (failure.status >= AWAY || failure.status === TOO_MANY));
}
