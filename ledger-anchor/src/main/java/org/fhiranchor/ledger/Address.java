package org.fhiranchor.ledger;

import java.util.Locale;

/**
 * An account or contract on the ledger.
 *
 * @param hex {@code 0x} and 40 lower-case hex digits
 */
public record Address(String hex) {
  /** The address that nobody has a key to. */
  public static final Address ZERO = new Address("0x" + "0".repeat(40));

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException for anything but {@code 0x} and 40 lower-case hex digits
   */
  public Address {
    if (hex.length() != 42 || !hex.startsWith("0x") || !isLowerHex(hex)) {
      throw new IllegalArgumentException(
          "address: want 0x and 40 hex digits, got \"" + shortened(hex) + "\"");
    }
  }

  /**
   * Reads an address in any case. A mixed-case check sum (EIP-55) is not checked.
   *
   * @throws IllegalArgumentException for anything but {@code 0x} and 40 hex digits
   */
  public static Address parse(String text) {
    return new Address(text.toLowerCase(Locale.ROOT));
  }

  private static boolean isLowerHex(String hex) {
    return hex.chars().skip(2).allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  @Override
  public String toString() {
    return hex;
  }
}
