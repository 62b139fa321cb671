package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The deliberate holes that {@code scripts/leak-holes.sh} makes: docs/verify/leak-fuzz.md. */
final class HolesTest {
  private static final Path PROJECT = Path.of(System.getProperty("anchor.root", ".."));

  private final List<Hole> holes = Hole.all();

  @Test
  @DisplayName("FUZZ-1 at least 20 deliberate holes, those of known attacks among them")
  void coversTheKnownAttacks() {
    assertThat(holes).hasSizeGreaterThanOrEqualTo(20);
    assertThat(holes).extracting(Hole::section).contains("B", "C", "D", "E");
    assertThat(holes).extracting(Hole::name).doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("FUZZ-1 each deliberate hole changes lines that the sources have")
  void eachHoleFitsTheSources() {
    for (Hole hole : holes) {
      Map<String, String> holed = hole.sources(PROJECT);
      assertThat(holed)
          .as(hole.name())
          .isNotEmpty()
          .allSatisfy(
              (file, text) -> assertThat(text).isNotEqualTo(Hole.read(PROJECT.resolve(file))));
    }
    assertThat(HoleCompiler.compiled(holes.get(0).sources(PROJECT))).isNotEmpty();
  }
}
