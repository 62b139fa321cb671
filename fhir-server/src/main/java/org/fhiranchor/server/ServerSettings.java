package org.fhiranchor.server;

import java.util.List;
import java.util.Optional;

/**
 * Every setting under {@code server.fhir.}; docs/operate/settings.md describes them.
 *
 * @param baseUrl address that clients use, when a balancer stands in between
 * @param strictParsing whether unknown elements in a request are refused or dropped
 * @param corsOrigins browser origins that may call; {@code *} for any
 * @param pageSize entries of a page when the client does not say
 * @param maxPageSize most entries of a page
 * @param maxRequestBytes largest request body
 */
record ServerSettings(
    Optional<String> baseUrl,
    References references,
    boolean strictParsing,
    List<String> corsOrigins,
    int pageSize,
    int maxPageSize,
    long maxRequestBytes,
    boolean subscriptions) {

  /** What happens to a reference whose target is not stored. */
  enum References {
    /** The write is refused. */
    STRICT,
    /** An empty target is created, recorded like any other resource. */
    PLACEHOLDERS,
    /** The write goes through. */
    UNCHECKED
  }
}
