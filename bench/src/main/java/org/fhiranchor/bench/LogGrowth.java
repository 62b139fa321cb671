package org.fhiranchor.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.fhiranchor.bench.store.ScratchDatabase;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.serving.ProofAnswer;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.merkle.LogSigningKey;

/** One log that is made longer, stage by stage. */
final class LogGrowth {
  /** The default of anchor.log.max-batch. */
  private static final int BATCH = 4096;

  private static final int PROOFS = 200;

  private final ScratchDatabase database;
  private final Sequencer sequencer;
  private long size;

  LogGrowth(ScratchDatabase database, LogSigningKey key) {
    this.database = database;
    this.sequencer = new Sequencer(database.log(), key, BATCH);
  }

  /**
   * A stage of growth.
   *
   * @param size leaves at its end
   * @param added leaves that came in this stage
   * @param seconds spent sequencing them
   * @param processor seconds of this process's processor time for that
   * @param proofs milliseconds of a proof file, made from the database
   * @param proofBytes largest of these files
   */
  record Stage(
      long size,
      long added,
      double seconds,
      double processor,
      Samples proofs,
      int proofBytes,
      long databaseBytes) {
    double rate() {
      return added / seconds;
    }

    double processorMicros() {
      return processor / added * 1e6;
    }
  }

  /** Rows are made pending first; only sequencing them counts. */
  Stage growTo(long want) {
    long before = size;
    double seconds = 0;
    double processor = 0;
    while (size < want) {
      long next = Math.min(want, size + 4L * BATCH);
      database.addPending(() -> LongStream.range(size, next).mapToObj(Leaves::at).iterator());
      double used = ProcessorTime.seconds();
      seconds += sequenceAll();
      processor += ProcessorTime.seconds() - used;
      size = next;
    }
    return prove(want - before, seconds, processor);
  }

  private double sequenceAll() {
    long start = System.nanoTime();
    int numbered = BATCH;
    while (numbered > 0) {
      numbered = sequencer.sequence().orElseThrow();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private Stage prove(long added, double seconds, double processor) {
    Random random = new Random(size);
    LogState state = database.log().state();
    Anchors anchors = () -> Optional.of(SampleProof.anchor(state.size(), state.root()));
    Proofs proofs = new Proofs(database.log(), anchors, new LogHealth());
    List<Double> millis = new ArrayList<>();
    int largest = 0;
    for (int i = 0; i < PROOFS; i++) {
      long leaf = random.nextLong(size);
      long start = System.nanoTime();
      ProofAnswer answer = proofs.of(Leaves.resource(leaf), Leaves.version(leaf));
      millis.add((System.nanoTime() - start) / 1e6);
      largest = Math.max(largest, bytes(answer));
    }
    return new Stage(
        size, added, seconds, processor, Samples.of(millis), largest, database.bytes());
  }

  private static int bytes(ProofAnswer answer) {
    if (answer instanceof ProofAnswer.Ready ready) {
      return ready.proof().toJson().getBytes(StandardCharsets.UTF_8).length;
    }
    throw new IllegalStateException("proof: want a proof, got " + answer);
  }
}
