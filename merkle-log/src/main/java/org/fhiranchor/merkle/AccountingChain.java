package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/** The numbered disclosures of one patient, in the order they come. */
final class AccountingChain {
  private long number;
  private long lastLeaf = -1;
  private Optional<Digest> commitment = Optional.empty();
  private Optional<String> patient = Optional.empty();
  private long anchoredNumber;
  private Optional<Digest> anchoredCommitment = Optional.empty();

  /** Takes the next one; it must follow the one before. */
  Statement.Disclosure next(ProofFile proof, Digest subject) {
    if (!(proof.statement() instanceof Statement.Disclosure disclosure)) {
      throw no(
          "the statement is not about a disclosure",
          "a statement of kind disclosure",
          proof.statement().chain());
    }
    same(
        "disclosure " + (number + 1) + " is of another patient than the first line",
        subject.hex(),
        disclosure.subject().hex());
    if (disclosure.sequence() != number + 1) {
      throw no(
          "a disclosure is missing or out of order",
          "disclosure " + (number + 1),
          "disclosure " + disclosure.sequence());
    }
    same(
        "disclosure " + (number + 1) + " does not follow the one before it",
        commitment.map(Digest::hex).orElse("no predecessor"),
        disclosure.previous().map(Digest::hex).orElse("no predecessor"));
    if (proof.leafIndex().value() <= lastLeaf) {
      throw no("two of one leaf", "a leaf after " + lastLeaf, "leaf " + proof.leafIndex());
    }
    number++;
    lastLeaf = proof.leafIndex().value();
    commitment = Optional.of(proof.commitment());
    return disclosure;
  }

  /** The one that was taken last is in the anchored log. */
  void anchored() {
    anchoredNumber = number;
    anchoredCommitment = commitment;
  }

  /** All records that name a patient name the same one. */
  void patient(String record) {
    Optional<String> named = named(record);
    if (patient.isPresent() && named.isPresent()) {
      same(where() + ": names another patient", patient.get(), named.get());
    }
    patient = patient.or(() -> named);
  }

  private static Optional<String> named(String record) {
    try {
      return JsonValue.parse(record.getBytes(UTF_8), AccountingFile.MAX_LINE, 8)
                  instanceof JsonValue.Obj object
              && object.members().get("patient") instanceof JsonValue.Str name
          ? Optional.of(name.text())
          : Optional.empty();
    } catch (CanonicalFormException other) {
      throw new ProofFormatException(String.valueOf(other.getMessage()));
    }
  }

  /** Whether a record says whose it is. */
  boolean isNamed() {
    return patient.isPresent();
  }

  /** The accounting is of the patient that is asked about. */
  static void requireTag(Digest wanted, Digest subject) {
    same(
        "the accounting has another tag, so it is not this patient's", wanted.hex(), subject.hex());
  }

  /** What the map must hold for the newest one that is anchored. */
  Optional<Digest> head(Optional<Salt> salt) {
    return anchoredCommitment.map(
        newest ->
            SparseMap.head(
                salt.orElseThrow(
                    () ->
                        no(
                            "the accounting has disclosures, and heads without one",
                            newestInWords(),
                            "none")),
                anchoredNumber,
                newest));
  }

  long notAnchored() {
    return number - anchoredNumber;
  }

  String where() {
    return number == 0 ? "the first line" : "disclosure " + number;
  }

  String newestInWords() {
    return anchoredNumber == 0 ? "no disclosure" : "disclosure " + anchoredNumber;
  }

  String inWords(Digest subject) {
    return (number == 0 ? "no disclosure" : "disclosures 1 to " + number + " in order")
        + " of "
        + patient.orElse("one patient")
        + ", tag "
        + subject.hex();
  }

  private static void same(String reason, String want, String got) {
    if (!want.equals(got)) {
      throw no(reason, want, got);
    }
  }

  private static StepFailure no(String reason, String want, String got) {
    return StepFailure.not(Step.ACCOUNTING, reason, want, got);
  }
}
