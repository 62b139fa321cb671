package org.fhiranchor.verifier;

import java.util.Map;

/** What a failed step means, in plain words. */
final class Explanations {
  private static final Map<String, String> BY_STEP =
      Map.ofEntries(
          Map.entry("proof-file", "The proof file is damaged, or is something else."),
          Map.entry(
              "canonical-form",
              "The resource is not one that a server stored and read back whole, so there is"
                  + " nothing to compare."),
          Map.entry(
              "content-digest",
              "The resource was changed after it was recorded, or this is the proof of another"
                  + " one."),
          Map.entry(
              "resource-identity",
              "The proof is real, but it is about another resource or version."),
          Map.entry(
              "inclusion",
              "The log that the checkpoint describes does not hold this statement at this place."),
          Map.entry(
              "checkpoint-signature",
              "The owner of the key you trust did not sign this checkpoint."),
          Map.entry(
              "consistency",
              "The anchored log is not a continuation of the log in this proof: history was"
                  + " rewritten, or the proof was."),
          Map.entry(
              "ledger-head",
              "What the log showed here is not what it showed everyone on the ledger."),
          Map.entry(
              "history", "Versions of this resource are missing, repeated, swapped or not linked."),
          Map.entry("record-digest", "The record was changed after it was committed to."),
          Map.entry(
              "accounting",
              "Disclosures of this patient are missing, repeated, swapped or not linked."),
          Map.entry(
              "heads",
              "The newest disclosures of this patient are left out, or the end of the log is not"
                  + " what is shown here."),
          Map.entry(
              "export-manifest",
              "The manifest of the export was changed, or a file of it is missing, added or another"
                  + " one."),
          Map.entry(
              "export-leaves",
              "Leaves of the log were changed, dropped, added or swapped in this export, or its end"
                  + " was cut off."),
          Map.entry(
              "export-records",
              "A line of the export does not say what the log says, or one is missing or added."),
          Map.entry("erasure", "The log's leaves name something else than the certificate does."),
          Map.entry("entries", "The log serves entries of a kind it must not have."),
          Map.entry("tiles", "The log serves hashes that do not come from its own entries."),
          Map.entry("root", "The log's entries do not add up to the root that its owner signed."));

  private Explanations() {}

  static String of(String step) {
    return BY_STEP.getOrDefault(step, "This step must hold for the proof to count.");
  }
}
