package org.fhiranchor.consent.facts;

import java.util.Locale;

/** MIME types, brought into one form. */
public final class MimeTypes {
  private MimeTypes() {}

  /**
   * Without parameters, in small letters: {@code "text/plain"} of {@code "Text/plain; charset=…"}.
   */
  public static String plain(String type) {
    int parameters = type.indexOf(';');
    String plain = parameters < 0 ? type : type.substring(0, parameters);
    return plain.strip().toLowerCase(Locale.ROOT);
  }
}
