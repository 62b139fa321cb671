import { PlatformError } from "./crypto.js";

/** Ends a verification at its first step that does not hold or cannot be done; never leaves this package. */
export class Ending extends Error {
  constructor(report) {
    super("a step does not hold");
    this.report = report;
  }

  /** @param {string} step @param {import("./index.js").Mismatch} why */
  static failed(step, { reason, want, got }) {
    return new Ending({ verdict: "not verified", exitCode: 1, failed: { step, reason, want, got } });
  }

  static missing(step, missing) {
    return new Ending({ verdict: "undecided", exitCode: 3, undecided: { step, missing } });
  }
}

/** The steps of one verification, in order, and the report that comes of them. */
export class Steps {
  constructor() {
    this.passed = [];
    /** The step that is being done, for what the platform cannot do. */
    this.at = "proof-file";
  }

  held(step, what) {
    this.passed.push({ step, what });
  }

  /** @param {string} step @param {import("./index.js").Mismatch | undefined} why undefined when it holds */
  require(step, why) {
    if (why) {
      throw Ending.failed(step, why);
    }
  }

  verified() {
    return { verdict: "verified", exitCode: 0, held: this.passed };
  }

  /** The report of what ended it; a fault that is no ending goes on to the caller. */
  ended(ending) {
    const known = ending instanceof PlatformError ? Ending.missing(this.at, ending.message) : ending;
    if (!(known instanceof Ending)) {
      throw known;
    }
    const { verdict, exitCode, ...end } = known.report;
    return { verdict, exitCode, held: this.passed, ...end };
  }
}
