package org.fhiranchor.merkle;

/** What is checked, in the order it is checked (VER-1). */
public enum Step {
  /** The proof file has the shape it must have. */
  PROOF_FILE,
  /** The resource given has a canonical form. */
  CANONICAL_FORM,
  /** The canonical form has the digest that the statement names. */
  CONTENT_DIGEST,
  /** The statement is about this resource and this version. */
  RESOURCE_IDENTITY,
  /** Salt and statement make the leaf's commitment. */
  COMMITMENT,
  /** The leaf is in the tree of the checkpoint. */
  INCLUSION,
  /** The log's owner signed the checkpoint. */
  CHECKPOINT_SIGNATURE,
  /** The anchored tree begins with the checkpoint's tree. */
  CONSISTENCY,
  /** The anchored head is on the ledger, or is the pinned one. */
  LEDGER_HEAD,
  /** The versions of a resource are all there and in order (VER-3). */
  HISTORY,
  /** The record of a disclosure has the digest that its statement names. */
  RECORD_DIGEST,
  /** The disclosures of a patient are numbered without a gap, each after the one before (DIS-3). */
  ACCOUNTING,
  /** The newest disclosure is the one that the anchored map of heads names (DIS-6). */
  HEADS,
  /** The manifest of an export is signed, and names the files that are there (EXP-2). */
  EXPORT_MANIFEST,
  /** Every leaf of an export's range is opened, and nothing else (EXP-2). */
  EXPORT_LEAVES,
  /** Each line of an export is what its leaf says, and none is missing (EXP-2). */
  EXPORT_RECORDS,
  /** The leaves of an erasure name what its certificate says (ERA-1). */
  ERASURE
}
