package org.fhiranchor.interceptors.gate.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is known of resources that lead to no patient. */
final class ResourcesWithoutPatientTest {
  private static final List<String> PATHS = List.of("List.subject");

  private final Deque<Runnable> background = new ArrayDeque<>();
  private final Stored stored = new Stored();
  private final ResourcesWithoutPatient unlinked =
      new ResourcesWithoutPatient(stored, background::add);

  /** A log of ids, one to a leaf, all unlinked. */
  private static final class Stored implements UnlinkedResources {
    private final Set<String> first = new HashSet<>();
    private final List<String> log = new ArrayList<>();
    private boolean failing;
    private int looks;

    @Override
    public long logged() {
      return log.size();
    }

    @Override
    public Optional<Set<String>> all(String type, Collection<String> paths, int most) {
      if (failing) {
        throw new IllegalStateException("no database");
      }
      return upTo(most, first);
    }

    @Override
    public Optional<Set<String>> changed(
        String type, Collection<String> paths, long logged, int most) {
      looks++;
      return upTo(most, new HashSet<>(log.subList((int) logged, log.size())));
    }

    private static Optional<Set<String>> upTo(int most, Set<String> ids) {
      return Optional.of(ids).filter(all -> all.size() <= most).map(Set::copyOf);
    }
  }

  private Optional<Set<String>> ask() {
    return unlinked.of("List", PATHS);
  }

  private void lookAround() {
    while (!background.isEmpty()) {
      background.remove().run();
    }
  }

  @Test
  @DisplayName("GATE-5 nothing is known until the type was looked through, once")
  void first() {
    stored.first.add("old");
    assertThat(ask()).isEmpty();
    assertThat(ask()).isEmpty();
    assertThat(background).hasSize(1);
    lookAround();
    assertThat(ask()).contains(Set.of("old"));
    assertThat(background).isEmpty();
  }

  @Test
  @DisplayName("GATE-5 what the log has had since is known at the next look, and stays known")
  void since() {
    ask();
    stored.log.add("while-looking");
    lookAround();
    stored.log.add("later");
    assertThat(ask().orElseThrow()).contains("later");
    stored.log.add("last");
    assertThat(ask().orElseThrow()).contains("later", "last");
  }

  @Test
  @DisplayName("GATE-5 so many are remembered; one more, and the type is left alone")
  void bounded() {
    stored.first.addAll(ids(ResourcesWithoutPatient.MOST - 1));
    ask();
    lookAround();
    stored.log.add("at");
    assertThat(ask().orElseThrow()).hasSize(ResourcesWithoutPatient.MOST);
    stored.log.add("past");
    assertThat(ask()).isEmpty();
    int looks = stored.looks;
    assertThat(ask()).isEmpty();
    assertThat(stored.looks).isEqualTo(looks);
  }

  @Test
  @DisplayName("GATE-5 a look that fails tells nothing, and is tried again")
  void fails() {
    stored.failing = true;
    ask();
    lookAround();
    assertThat(ask()).isEmpty();
    stored.failing = false;
    ask();
    lookAround();
    assertThat(ask()).contains(Set.of());
  }

  private static Set<String> ids(int number) {
    return IntStream.range(0, number).mapToObj(i -> "id" + i).collect(Collectors.toSet());
  }
}
