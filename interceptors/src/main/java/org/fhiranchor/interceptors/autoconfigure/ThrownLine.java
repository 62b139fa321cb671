package org.fhiranchor.interceptors.autoconfigure;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a log line may say of an exception: its classes and where it was thrown. Only messages of
 * our own exceptions are said, which never hold anything of a request.
 */
final class ThrownLine {
  private static final int MOST_CAUSES = 8;
  private static final int MOST_FRAMES = 12;

  private ThrownLine() {}

  static String of(Throwable thrown) {
    StringBuilder line = new StringBuilder("exception=").append(name(thrown));
    Throwable root = thrown;
    for (int depth = 1; depth < MOST_CAUSES && root.getCause() != null; depth++) {
      root = root.getCause();
      line.append(" caused-by=").append(name(root));
    }
    return line.append(" at=").append(frames(root)).toString();
  }

  private static String name(Throwable thrown) {
    String type = thrown.getClass().getName();
    return type.startsWith("org.fhiranchor.") ? type + "(" + thrown.getMessage() + ")" : type;
  }

  private static String frames(Throwable root) {
    return Arrays.stream(root.getStackTrace())
        .limit(MOST_FRAMES)
        .map(at -> at.getClassName() + "." + at.getMethodName() + ":" + at.getLineNumber())
        .collect(Collectors.joining("<"));
  }
}
