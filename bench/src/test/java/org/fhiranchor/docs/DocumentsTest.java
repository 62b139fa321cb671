package org.fhiranchor.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The documents lead where they say, and name classes that exist. */
final class DocumentsTest {
  private static final Path ROOT = Path.of(System.getProperty("anchor.root", ".."));
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
  private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z]+[A-Za-z]*)`");

  private static final Pattern SENTENCE_END = Pattern.compile("[.!?](?=\\s|$)");

  /** A table, or a column of it, in the glossary's cell for SQL. */
  private static final Pattern TABLE = Pattern.compile("`([a-z]+_[a-z_]+)(?:\\.([a-z_]+))?`");

  /** A part of health and its page, in the console. */
  private static final Pattern MANUAL = Pattern.compile("(?m)^  (\\w+): \"([^\"#]+)#([^\"]+)\",$");

  private static final Pattern PART_NAMES = Pattern.compile("(?s)partNames: \\{(.*?)\\}");
  private static final Pattern KEY = Pattern.compile("(?m)^ +(\\w+):");

  /** Of the tree, without what was built or downloaded. */
  static List<Path> files(String ending) throws IOException {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(path -> path.toString().endsWith(ending))
          .filter(path -> !path.toString().contains("node_modules"))
          .filter(path -> !ROOT.relativize(path).toString().contains("target"))
          .toList();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file);
  }

  @Test
  @DisplayName("every link of every document leads to a file, and to a heading where it names one")
  void linksLeadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    List<Path> documents = files(".md");
    for (Path document : documents) {
      for (MatchResult link : LINK.matcher(text(document)).results().toList()) {
        if (!leadsSomewhere(document, link)) {
          broken.add(ROOT.relativize(document) + ": " + link.group());
        }
      }
    }
    assertThat(documents).hasSizeGreaterThan(15);
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path document, MatchResult link) throws IOException {
    Path target =
        link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    String heading = link.group(2);
    return heading == null || headings(target).contains(heading);
  }

  /** As GitHub makes anchors of them. */
  private static Set<String> headings(Path document) throws IOException {
    return HEADING
        .matcher(text(document))
        .results()
        .map(found -> found.group(1).toLowerCase(java.util.Locale.ROOT))
        .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  @DisplayName("CON-6 each part of health that the console names has a page of the manual")
  void partsOfHealthHavePages() throws IOException {
    Path console = ROOT.resolve("console/src");
    MatchResult names =
        PART_NAMES
            .matcher(text(console.resolve("words/en.ts")))
            .results()
            .findFirst()
            .orElseThrow();
    List<String> parts = KEY.matcher(names.group(1)).results().map(key -> key.group(1)).toList();
    List<MatchResult> pages =
        MANUAL.matcher(text(console.resolve("pages/manual.ts"))).results().toList();
    assertThat(parts).hasSizeGreaterThan(10);
    assertThat(pages.stream().map(page -> page.group(1)))
        .containsExactlyInAnyOrderElementsOf(parts);
    for (MatchResult page : pages) {
      assertThat(headings(ROOT.resolve(page.group(2)))).as(page.group()).contains(page.group(3));
    }
  }

  @Test
  @DisplayName("from the README to the line that decides a read it is four hops")
  void fourHopsToTheDecision() throws IOException {
    assertThat(text(ROOT.resolve("README.md"))).contains("](docs/code.md)");
    String path = text(ROOT.resolve("docs/code.md")).split("## In this order", 2)[0];
    List<String> hops = LINK.matcher(path).results().map(found -> found.group(1)).toList();
    assertThat(hops).hasSizeBetween(1, 3);
    assertThat(hops.get(hops.size() - 1)).endsWith("Ruling.java");
  }

  @Test
  @DisplayName("every class that the glossary names is one in the tree")
  void glossaryNamesClasses() throws IOException {
    Set<String> classes = new HashSet<>();
    Stream.concat(files(".java").stream(), files(".sol").stream())
        .forEach(file -> classes.add(file.getFileName().toString().replaceAll("\\..*", "")));
    Set<String> named =
        CLASS
            .matcher(text(ROOT.resolve("docs/glossary.md")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(classes).containsAll(named);
  }

  @Test
  @DisplayName("every table and column that the glossary names is made by a migration")
  void glossaryNamesTables() throws IOException {
    StringBuilder migrations = new StringBuilder();
    for (Path migration : files(".sql")) {
      migrations.append(text(migration));
    }
    List<MatchResult> named =
        text(ROOT.resolve("docs/glossary.md"))
            .lines()
            .map(line -> line.split("\\|", -1))
            .filter(cells -> cells.length == 7)
            .flatMap(cells -> TABLE.matcher(cells[4]).results())
            .toList();
    assertThat(named).hasSizeGreaterThan(15);
    assertThat(named)
        .allSatisfy(
            table -> {
              assertThat(migrations).containsPattern("create table " + table.group(1) + "\\b");
              assertThat(migrations)
                  .containsPattern(
                      "\\b" + Optional.ofNullable(table.group(2)).orElse("create") + "\\b");
            });
  }

  @Test
  @DisplayName("no two classes of the tree share a simple name")
  void oneNameOneClass() throws IOException {
    Set<String> seen = new HashSet<>();
    List<String> twice =
        files(".java").stream()
            .filter(file -> file.toString().contains("/src/main/"))
            .map(file -> file.getFileName().toString())
            .filter(name -> !name.equals("package-info.java"))
            .filter(name -> !seen.add(name))
            .toList();
    assertThat(twice).isEmpty();
  }

  @Test
  @DisplayName("each package says in two sentences what lives there and what may not")
  void packagesSayWhatTheyAre() throws IOException {
    List<Path> sources =
        files(".java").stream().filter(file -> file.toString().contains("/src/main/")).toList();
    Set<Path> packages = sources.stream().map(Path::getParent).collect(Collectors.toSet());
    List<String> silent = new ArrayList<>();
    for (Path folder : packages) {
      Path info = folder.resolve("package-info.java");
      String words = Files.exists(info) ? javadoc(text(info)) : "";
      if (SENTENCE_END.matcher(words).results().count() < 2) {
        silent.add(ROOT.relativize(folder).toString());
      }
    }
    assertThat(packages).hasSizeGreaterThan(50);
    assertThat(silent).isEmpty();
  }

  /** The text of the first comment for readers, on one line; empty without one. */
  private static String javadoc(String source) {
    int start = source.indexOf("/**");
    int end = source.indexOf("*/", start);
    return start < 0 || end < 0
        ? ""
        : source.substring(start + 3, end).replaceAll("\\s*\n\\s*\\*?\\s*", " ").strip();
  }
}
