package org.fhiranchor.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The verifier as anybody runs it: its jar, a folder of versions and proofs, the ledger by RPC. */
record VerifierJar(Path jar, LogIdentity log) {
  /** What the verifier said of one version. */
  record Said(Version version, Json answer) {
    boolean isVerified() {
      return answer.text("verdict").equals("verified");
    }
  }

  /** The answers in the order asked. */
  List<Said> verify(List<Version> versions, Evidence evidence) {
    Json all = run(evidence.folder());
    Map<String, Json> byName = new HashMap<>();
    all.elements("versions").forEach(one -> byName.put(one.text("name"), one));
    List<Said> said = new ArrayList<>();
    for (Version version : versions) {
      Optional<Json> answer = Optional.ofNullable(byName.get(Evidence.name(version)));
      said.add(
          answer
              .map(found -> new Said(version, found))
              .orElseThrow(() -> new DemoFailure("the verifier said nothing of " + version)));
    }
    return said;
  }

  private Json run(Path folder) {
    try {
      Process process = new ProcessBuilder(command(folder)).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (!output.startsWith("{") || !Json.parse(output).text("exitCode").equals(code + "")) {
        throw new DemoFailure("verifier, exit code " + code + ": " + output);
      }
      return Json.parse(output);
    } catch (IOException failed) {
      throw new DemoFailure("the verifier cannot be run", failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("stopped while verifying", stopping);
    }
  }

  private List<String> command(Path folder) {
    return List.of(
        JavaCommand.path(),
        "-jar",
        jar.toString(),
        "resources",
        folder.toString(),
        "--json",
        "--key",
        log.key(),
        "--rpc",
        log.rpcUrl(),
        "--contract",
        log.contract(),
        "--log-id",
        log.logId());
  }
}
