package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The verifier in JavaScript, run by Node in a process of its own. */
final class VerifierJs {
  private static final int LIMIT_SECONDS = 300;

  private final Path root = Path.of(System.getProperty("anchor.root", "..")).toAbsolutePath();
  private final Path folder;

  /**
   * Creates one.
   *
   * @param folder for what goes in and comes out
   */
  VerifierJs(Path folder) {
    this.folder = folder;
  }

  /** What its command line prints. */
  String print(Object... args) throws IOException, InterruptedException {
    String command = root.resolve("verifier-js/bin/fhir-anchor-verify.js").toString();
    return Files.readString(
        run(Optional.empty(), Stream.concat(Stream.of(command), Stream.of(args))));
  }

  /** A line of answer for a line of question: see {@code src/test/js/agreement.mjs}. */
  List<String> answers(List<String> questions, Object key, String head)
      throws IOException, InterruptedException {
    Path in = Files.write(folder.resolve("questions"), questions, UTF_8);
    String script = root.resolve("verifier/src/test/js/agreement.mjs").toString();
    return Files.readAllLines(run(Optional.of(in), Stream.of(script, root, key, head)), UTF_8);
  }

  private Path run(Optional<Path> in, Stream<Object> args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node"));
    args.map(Object::toString).forEach(command::add);
    Path out = folder.resolve("answers");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    in.ifPresent(file -> builder.redirectInput(file.toFile()));
    Process node = builder.start();
    assertThat(node.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return out;
  }
}
