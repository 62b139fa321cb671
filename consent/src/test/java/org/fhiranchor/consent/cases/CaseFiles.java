package org.fhiranchor.consent.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The case files, each a rule with its cases; every case becomes a test that carries the rule's
 * number.
 */
final class CaseFiles {
  private static final Path FOLDER = Path.of("src", "test", "resources", "consent");

  private CaseFiles() {}

  static Stream<DynamicContainer> startingWith(String prefix, Consumer<JsonNode> check)
      throws IOException {
    List<DynamicContainer> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(FOLDER)) {
      for (Path file : all.filter(path -> isCaseFile(path, prefix)).sorted().toList()) {
        files.add(container(read(file), check));
      }
    }
    return files.stream();
  }

  /** By SnakeYAML itself: Jackson's trees do not follow YAML's aliases. */
  static JsonNode read(Path file) throws IOException {
    LoaderOptions loading = new LoaderOptions();
    DumperOptions dumping = new DumperOptions();
    Yaml yaml =
        new Yaml(
            new SafeConstructor(loading),
            new Representer(dumping),
            dumping,
            loading,
            new NoTimes());
    return new ObjectMapper().valueToTree(yaml.load(Files.readString(file)));
  }

  /** Leaves dates as they are written. */
  private static final class NoTimes extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
      addImplicitResolver(Tag.INT, INT, "-+0123456789");
      addImplicitResolver(Tag.MERGE, MERGE, "<");
      addImplicitResolver(Tag.NULL, NULL, "~nN\0");
      addImplicitResolver(Tag.NULL, EMPTY, null);
    }
  }

  private static boolean isCaseFile(Path path, String prefix) {
    String name = path.getFileName().toString();
    return name.startsWith(prefix) && name.endsWith(".yaml");
  }

  private static DynamicContainer container(JsonNode file, Consumer<JsonNode> check) {
    String rule = file.required("rule").asText();
    Stream<DynamicTest> tests =
        file.required("cases")
            .valueStream()
            .map(
                each ->
                    DynamicTest.dynamicTest(
                        rule + " " + each.required("case").asText(), () -> check.accept(each)));
    return DynamicContainer.dynamicContainer(rule + " " + file.path("title").asText(), tests);
  }
}
