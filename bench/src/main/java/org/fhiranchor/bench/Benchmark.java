package org.fhiranchor.bench;

import java.io.IOException;

/** One thing that is measured. Cleans up after itself, processes and files included. */
interface Benchmark {
  /** A word for the command line and the progress lines. */
  String name();

  /** Measures. A limit that is missed is an outcome; an exception means it could not be taken. */
  BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException;
}
