package org.fhiranchor.interceptors.scan;

/**
 * Something in the database that the log or the ledger does not confirm.
 *
 * @param place which row, such as {@code leaf 17} or {@code Observation/1/_history/2}
 * @param what what is wrong with it
 */
public record Finding(Kind kind, String place, String what) {
  /** What it is about. */
  public enum Kind {
    /** A stored version of a resource. */
    VERSION,
    /** The row with a resource's newest version. */
    RESOURCE,
    /** A reference in HAPI's table of links. */
    LINK,
    /** A resource that refers to a Binary. */
    BINARY_REFERENCE,
    /** A leaf. */
    LEAF,
    /** A leaf that waits for its place. */
    PENDING,
    /** A tile of the tree. */
    TILE,
    /** A signed head. */
    CHECKPOINT,
    /** The log's row, or a head that is known from elsewhere. */
    HEAD,
    /** An anchor and what is kept of it. */
    ANCHOR,
    /** A record of the disclosure journal. */
    DISCLOSURE,
    /** A patient's key. */
    KEY_BINDING,
    /** What ties a Consent to the ledger. */
    CONSENT_LINK,
    /** What the ledger says of a consent. */
    CONSENT_STATE,
    /** How far the ledger was read. */
    CURSOR,
    /** A call to the ledger, or its account. */
    CALL,
    /** Who holds a page link or a subscription. */
    HOLDER
  }

  /** The kind as a code: lower case, with hyphens. */
  public String code() {
    return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
