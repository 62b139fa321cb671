package org.fhiranchor.ledger.embedded;

import java.nio.file.Path;
import java.util.List;

/** Another server process with a chain of its own, which prints the chain's process id. */
public final class ChildServer {
  private ChildServer() {}

  /** {@code folder root wait|end}. */
  public static void main(String[] arguments) throws Exception {
    EmbeddedChain chain =
        EmbeddedChain.start(
            EmbeddedChain.Settings.of(
                Path.of(arguments[0]), List.of(Path.of(arguments[1])), List.of()));
    System.out.println("pid " + chain.pid());
    if (arguments[2].equals("wait")) {
      System.in.read();
    }
  }
}
