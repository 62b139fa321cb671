package org.fhiranchor.consent.facts;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Brings references to resources of this server into one form, {@code "Type/id"}: relative ones,
 * and absolute ones under one of the server's own base addresses. A version is cut off.
 */
public final class LocalReferences {
  private static final String HISTORY = "/_history/";

  private final Supplier<List<String>> bases;

  /** A server under these base addresses; none of them is needed for relative references. */
  public LocalReferences(List<String> ownBaseUrls) {
    this(() -> ownBaseUrls);
  }

  /** A server whose base addresses may become known later; asked each time. */
  public LocalReferences(Supplier<List<String>> ownBaseUrls) {
    this.bases = ownBaseUrls;
  }

  /**
   * A reference without this server's own base address, if it has one; its version, if any, stays.
   */
  public String withoutOwnBase(String reference) {
    return relative(reference);
  }

  /** Whether this is one of the server's own base addresses. */
  public boolean isOwnBase(String base) {
    return bases.get().stream().anyMatch(own -> withSlash(own).equals(withSlash(base)));
  }

  private static String withSlash(String url) {
    return url.endsWith("/") ? url : url + "/";
  }

  /**
   * The one form of a reference; empty for one that does not name a resource of this server by its
   * id: another server's, {@code urn:}, contained, conditional. A relative one means what HAPI's
   * parser takes it for: the last two segments, whatever stands before them.
   */
  public Optional<String> normalise(String reference) {
    if (isTypeAndId(reference)) {
      return Optional.of(reference);
    }
    String relative = relative(reference);
    int history = relative.indexOf(HISTORY);
    String current = history < 0 ? relative : relative.substring(0, history);
    String named = isAbsolute(reference) ? current : lastTwoSegments(current);
    return isTypeAndId(named) ? Optional.of(named) : Optional.empty();
  }

  /**
   * What a canonical names by type and id, without its version: HAPI makes a link of a relative one
   * as it does of a reference, and takes an absolute one for a URL, under whichever address.
   */
  public Optional<String> normaliseCanonical(String canonical) {
    return isAbsolute(canonical) ? Optional.empty() : normalise(canonical.split("[|]", 2)[0]);
  }

  private static boolean isAbsolute(String reference) {
    return reference.contains("://") || reference.startsWith("urn:");
  }

  private static String lastTwoSegments(String reference) {
    int id = reference.lastIndexOf('/');
    return reference.substring(reference.lastIndexOf('/', id - 1) + 1);
  }

  private String relative(String reference) {
    if (!reference.regionMatches(true, 0, "http", 0, 4)) {
      return reference;
    }
    for (String own : bases.get()) {
      String base = withSlash(own);
      if (reference.regionMatches(true, 0, base, 0, base.length())) {
        return reference.substring(base.length());
      }
    }
    return reference;
  }

  private static boolean isTypeAndId(String reference) {
    int slash = reference.indexOf('/');
    if (slash < 2 || reference.length() - slash - 1 > 64 || slash == reference.length() - 1) {
      return false;
    }
    return isTypeName(reference, slash) && isId(reference, slash + 1);
  }

  private static boolean isTypeName(String reference, int end) {
    for (int i = 0; i < end; i++) {
      char c = reference.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter || (i == 0 && c > 'Z')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isId(String reference, int start) {
    for (int i = start; i < reference.length(); i++) {
      char c = reference.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '.') {
        return false;
      }
    }
    return true;
  }
}
