package org.fhiranchor.verifier;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The command line. Ends the process with one of {@link ExitCode}'s numbers, and no other. */
public final class VerifierMain {
  private VerifierMain() {}

  /** Runs one command. */
  public static void main(String[] args) {
    PrintStream out = utf8(FileDescriptor.out);
    PrintStream err = utf8(FileDescriptor.err);
    int code = run(args, out, err);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /**
   * The boundary: whatever goes wrong below, the caller's script gets a code that means what it
   * says.
   */
  static int run(String[] args, PrintStream out, PrintStream err) {
    try {
      return new Verifier(out).run(Arguments.parse(args)).number();
    } catch (UsageException wrong) {
      err.println("verifier: " + wrong.getMessage());
      err.println("Try --help.");
      return ExitCode.UNREADABLE.number();
    } catch (RuntimeException | LinkageError | VirtualMachineError failure) {
      err.println("verifier: failed, nothing is decided: " + failure);
      return ExitCode.UNREADABLE.number();
    }
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }
}
