package org.fhiranchor.interceptors.gate;

import java.util.Map;

/**
 * What is done about each operation ({@code $…}) of a governed or unknown type (G7, G16). The table
 * is an allow-list: an operation that is not in it is refused, also one that a later HAPI release
 * adds. Printed for people in docs/spec/consent.md.
 */
enum Surfaces {
  /** Answers by rules of its own, and nothing of a resource. */
  OWN_RULES,
  /** The resource that it is asked of must be visible; what it answers is decided as well. */
  VISIBLE_INSTANCE,
  /** The same, but a version that is named is read, and decided about as by a read. */
  READABLE_VERSION,
  /** Asked of the resource as it is now, which must be visible; not of an older version. */
  CURRENT_INSTANCE,
  /** Of a resource that must be visible, or of one that the request brings or names by its URL. */
  VISIBLE_IF_INSTANCE,
  /** Only without an id: it looks at nothing but what the request brings. */
  NO_INSTANCE,
  /** Decided line by line, for whoever started it. */
  EXPORT,
  /** Nobody has decided about it, or it cannot be decided: refused. */
  CLOSED;

  private static final Map<String, Surfaces> OPERATIONS =
      Map.ofEntries(
          Map.entry("$everything", VISIBLE_INSTANCE),
          Map.entry("$proof", READABLE_VERSION),
          Map.entry("$verify", READABLE_VERSION),
          Map.entry("$binary-access-read", VISIBLE_INSTANCE),
          Map.entry("$meta", CURRENT_INSTANCE),
          Map.entry("$validate", NO_INSTANCE),
          Map.entry("$export", EXPORT),
          Map.entry("$export-poll-status", EXPORT),
          // consents and accountings decide for themselves who may ask
          Map.entry("$prepare", OWN_RULES),
          Map.entry("$grant", OWN_RULES),
          Map.entry("$revoke", OWN_RULES),
          Map.entry("$ledger-status", OWN_RULES),
          Map.entry("$enroll-key", OWN_RULES),
          Map.entry("$keys", OWN_RULES),
          Map.entry("$explain-access", OWN_RULES),
          Map.entry("$disclosures", OWN_RULES),
          Map.entry("$replay", OWN_RULES),
          Map.entry("$erase", OWN_RULES),
          // running the server: no patient data in what they answer
          Map.entry("$end-resources-without-version", OWN_RULES),
          Map.entry("$verify-store", OWN_RULES),
          Map.entry("$export-provenance", OWN_RULES),
          Map.entry("$reindex", OWN_RULES),
          Map.entry("$reindex-terminology", OWN_RULES),
          Map.entry("$invalidate-expansion", OWN_RULES),
          Map.entry("$trigger-subscription", OWN_RULES),
          Map.entry("$upload-external-code-system", OWN_RULES),
          // terminology names no patient (W-4)
          Map.entry("$expand", VISIBLE_IF_INSTANCE),
          Map.entry("$lookup", VISIBLE_IF_INSTANCE),
          Map.entry("$validate-code", VISIBLE_IF_INSTANCE),
          Map.entry("$subsumes", VISIBLE_IF_INSTANCE),
          Map.entry("$translate", VISIBLE_IF_INSTANCE),
          Map.entry("$snapshot", VISIBLE_IF_INSTANCE));

  static Surfaces of(String operation) {
    return OPERATIONS.getOrDefault(operation, CLOSED);
  }
}
