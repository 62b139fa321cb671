package org.fhiranchor.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The verifier as anybody runs it: its jar, a process for each version, the ledger by RPC. */
record VerifierJar(Path jar, LogIdentity log) {
  /** What the verifier said of one version. */
  record Said(Version version, int exitCode, Json answer) {
    boolean isVerified() {
      return exitCode == 0;
    }
  }

  /** The answers in the order asked; as many at once as there are processors. */
  List<Said> verify(List<Version> versions, Evidence resources, Evidence proofs) {
    ExecutorService processes =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Said>> asked = new ArrayList<>();
      for (Version version : versions) {
        asked.add(
            processes.submit(
                () -> verify(version, resources.resource(version), proofs.proof(version))));
      }
      List<Said> said = new ArrayList<>();
      for (Future<Said> one : asked) {
        said.add(one.get());
      }
      return said;
    } catch (ExecutionException failed) {
      throw new DemoFailure("the verifier did not answer", failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("stopped while verifying", stopping);
    } finally {
      processes.shutdownNow();
    }
  }

  private Said verify(Version version, Path resource, Path proof)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            JavaCommand.path(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-jar",
            jar.toString(),
            "--json",
            resource.toString(),
            proof.toString(),
            "--key",
            log.key(),
            "--rpc",
            log.rpcUrl(),
            "--contract",
            log.contract(),
            "--log-id",
            log.logId());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (!output.startsWith("{")) {
      throw new IOException("verifier, exit code " + code + ": " + output);
    }
    return new Said(version, code, Json.parse(output));
  }
}
