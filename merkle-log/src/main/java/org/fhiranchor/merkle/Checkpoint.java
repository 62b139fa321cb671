package org.fhiranchor.merkle;

/** The head of a log: how large it is and its root (C2SP tlog-checkpoint, no extension lines). */
public record Checkpoint(String origin, TreeSize size, Digest root) {
  /**
   * Checks the origin.
   *
   * @throws IllegalArgumentException for an origin that is no key name
   */
  public Checkpoint {
    KeyName.check(origin);
  }

  /** Origin, decimal size and base64 root, each on a line of its own. */
  public String text() {
    return origin + "\n" + size + "\n" + root.base64() + "\n";
  }

  /**
   * Reads exactly three lines.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Checkpoint parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length != 4 || !lines[3].isEmpty()) {
      throw new IllegalArgumentException("checkpoint: want three lines: origin, size, root");
    }
    return new Checkpoint(lines[0], size(lines[1]), Digest.fromBase64(lines[2]));
  }

  private static TreeSize size(String digits) {
    boolean plain =
        !digits.isEmpty()
            && digits.length() <= 19
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.length() == 1 || digits.charAt(0) != '0');
    if (!plain || (digits.length() == 19 && digits.compareTo("9223372036854775807") > 0)) {
      throw new IllegalArgumentException("checkpoint: want a decimal size without leading zeros");
    }
    return new TreeSize(Long.parseLong(digits));
  }
}
