package org.fhiranchor.verifier;

import java.io.PrintStream;

/** The text of {@code --help}. */
final class Usage {
  private static final String TEXT =
      """
      Verifies that what a FHIR Anchor server gave you is what it recorded.

        verifier RESOURCE.json PROOF.json --key KEY [where the head is known from] [--json]
        verifier --deleted PROOF.json     --key KEY ...   a version without content ("-" does, too)
        verifier resources FOLDER         --key KEY ...   many, each for itself: a.json a.proof.json ...
        verifier history FOLDER           --key KEY ...   all versions: 1.json 1.proof.json 2.json ...
        verifier accounting FILE          --key KEY ...   who was told what of a patient, and that nothing
                                                          is left out: $disclosures?_outputFormat=proofs
        verifier export FOLDER            --key KEY ...   what $export-provenance gave, each line of it, and
                                                          that nothing is left out
        verifier erasure FILE             --key KEY ...   what Patient/[id]/$erase answered
        verifier log URL                  --key KEY ...   a whole log, from its tiles

        --key KEY            the log's public key, from a source you trust: name+id+base64

      Where the head is known from:
        --rpc URL            JSON-RPC of a ledger node that you trust
        --contract ADDRESS   the AnchorRegistry on it
        --log-id 0x...       the log in it; without this, the one that the proof file names.
                             Give it: it keeps an owner of two logs from showing you the other one
        --head SIZE:ROOT     a head you know from elsewhere, root in hex or base64; no ledger is asked

        --until INSTANT      of an accounting or an export: complete up to then is enough, as in 2026-03-31T22:00:00Z.
                             Without this: an export with _until, up to then; all else, the ledger's newest head
        --tag TAG            of an accounting: whose it must be. The answer of $disclosures names the tag of its
                             patient; without this, an accounting in which no record names a patient is undecided
        --json               answer in JSON

      Exit codes: 0 verified, 1 not verified, 2 wrong usage or unreadable input, 3 undecided.
      """;

  private Usage() {}

  static void print(PrintStream out) {
    out.print(TEXT);
  }
}
