package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * ERA-1, ERA-3 for drawn records: resources of many types whose versions name a patient, another
 * patient, nobody, or each other; current, replaced and deleted ones.
 */
final class ErasedGraphsTest {
  private static final int GRAPHS = Integer.getInteger("test.graphs", 10);
  private static final long SEED = Long.getLong("test.seed", 20_261_129);
  private static final String OTHER = "Patient/other-eg";
  private static final List<String> POOL = List.of("Organization/pool-eg", "Device/pool-eg");

  private static final GatedServer SERVER = GatedServer.shared();
  private static final String LOADER = SERVER.tokens().loader();

  /** One resource of a graph: what each version refers to, and what it carries. */
  private record Drawn(String name, List<Set<String>> versions, boolean deleted) {
    boolean names(Set<String> any) {
      return versions.stream().anyMatch(version -> version.stream().anyMatch(any::contains));
    }
  }

  @BeforeAll
  static void everybodys() {
    load(OTHER, "");
    POOL.forEach(name -> load(name, ""));
  }

  @Test
  @DisplayName(
      "ERA-1, ERA-3 of drawn records all goes or is named, and nobody sees more than before")
  void drawn() {
    Random random = new Random(SEED);
    for (int graph = 0; graph < GRAPHS; graph++) {
      Graph one = new Graph(graph, random);
      one.store();
      one.erased();
    }
    for (String name : POOL) {
      assertThat(SERVER.get(LOADER, name).statusCode()).as(name).isEqualTo(200);
    }
  }

  private static void load(String name, String more) {
    int slash = name.indexOf('/');
    SERVER.load(
        name,
        "{\"resourceType\":\"%s\",\"id\":\"%s\"%s}"
            .formatted(name.substring(0, slash), name.substring(slash + 1), more));
  }

  /** A patient's record. */
  private static final class Graph {
    private static final List<String> TYPES =
        List.of(
            "Encounter",
            "Observation",
            "Observation",
            "List",
            "DocumentReference",
            "Organization",
            "Device",
            "Bundle",
            "Parameters",
            "Binary",
            "Binary",
            "Provenance",
            "Basic");

    private static final Set<String> DECIDED_BY_PARTS =
        Set.of("Provenance", "Bundle", "Parameters");

    private final String about;
    private final String patient;
    private final Random random;
    private final List<Drawn> drawn = new ArrayList<>();

    Graph(int number, Random random) {
      this.about = "graph " + number + " of seed " + SEED;
      this.patient = "Patient/eg-" + number;
      this.random = random;
      drawn.add(new Drawn(patient, List.of(Set.of()), false));
      int size = 4 + random.nextInt(6);
      for (int i = 0; i < size; i++) {
        draw("eg-" + number + "-" + i);
      }
    }

    private void draw(String id) {
      String type = TYPES.get(random.nextInt(TYPES.size()));
      List<Set<String>> versions = new ArrayList<>();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        versions.add(type.equals("Binary") ? Set.of(id + i) : references(type));
      }
      boolean deleted = !type.equals("Binary") && random.nextInt(4) == 0;
      drawn.add(new Drawn(type + "/" + id, versions, deleted));
    }

    private Set<String> references(String type) {
      Set<String> found = new TreeSet<>();
      boolean needs = type.equals("Provenance");
      int count = random.nextInt(3);
      for (int i = 0; i < count || (needs && found.isEmpty()); i++) {
        found.add(target());
      }
      return found;
    }

    private String target() {
      return switch (random.nextInt(8)) {
        case 0, 1, 2 -> patient;
        case 3 -> OTHER;
        case 4 -> POOL.get(random.nextInt(POOL.size()));
        default -> {
          List<Drawn> there = drawn.stream().filter(one -> !one.deleted()).toList();
          yield there.get(random.nextInt(there.size())).name();
        }
      };
    }

    /** Version after version, so that each may refer to all before it. */
    void store() {
      int most = drawn.stream().mapToInt(one -> one.versions().size()).max().orElseThrow();
      for (int version = 0; version < most; version++) {
        List<String> entries = new ArrayList<>();
        for (Drawn one : drawn) {
          if (version < one.versions().size()) {
            entries.add(put(one, version));
          }
        }
        send(entries);
      }
      List<String> deletions =
          drawn.stream()
              .filter(Drawn::deleted)
              .map(
                  one ->
                      "{\"request\":{\"method\":\"DELETE\",\"url\":\"%s\"}}".formatted(one.name()))
              .toList();
      if (!deletions.isEmpty()) {
        send(deletions);
      }
    }

    private void send(List<String> entries) {
      HttpResponse<String> answer = bundle("transaction", LOADER, entries);
      assertThat(answer.statusCode()).as(about + answer.body()).isEqualTo(200);
    }

    private static String put(Drawn one, int version) {
      int slash = one.name().indexOf('/');
      String type = one.name().substring(0, slash);
      String more = GraphBodies.of(type, one.versions().get(version), version);
      return "{\"resource\":{\"resourceType\":\"%s\",\"id\":\"%s\"%s},\"request\":{\"method\":\"PUT\",\"url\":\"%s\"}}"
          .formatted(type, one.name().substring(slash + 1), more, one.name());
    }

    void erased() {
      Map<String, Set<String>> before = readable();
      Set<String> kept = ErasureOfEveryVersionTest.erase(patient.substring("Patient/".length()));
      for (Drawn one : drawn) {
        List<Long> left = SERVER.versions(one.name());
        String what = about + ": " + one + " left " + left + " in " + drawn;
        if (!left.isEmpty()) {
          int versions = one.versions().size() + (one.deleted() ? 1 : 0);
          assertThat(left).as(what).hasSize(versions);
          assertThat(kept.contains(one.name())).as(what).isEqualTo(isNear(one));
          assertThat(isAlone(one)).as(what).isFalse();
        } else {
          assertThat(isNear(one) && !isOthersToo(one)).as(what).isTrue();
          assertThat(kept).as(what).doesNotContain(one.name());
        }
      }
      Map<String, Set<String>> after = readable();
      after.forEach((who, seen) -> assertThat(seen).as(about + who).isSubsetOf(before.get(who)));
      comesBackNever();
    }

    /** It names the patient, or what names the patient, in any version; or a Binary is named. */
    private boolean isNear(Drawn one) {
      return near().contains(one.name());
    }

    private Set<String> near() {
      Set<String> near = new TreeSet<>(Set.of(patient));
      Set<String> gone = new TreeSet<>(Set.of(patient));
      drawn.stream()
          .filter(one -> SERVER.versions(one.name()).isEmpty())
          .forEach(one -> gone.add(one.name()));
      near.addAll(gone);
      for (Drawn one : drawn) {
        if (one.names(gone)) {
          near.add(one.name());
        }
      }
      drawn.stream()
          .filter(one -> gone.contains(one.name()))
          .flatMap(one -> one.versions().stream())
          .flatMap(Set::stream)
          .filter(name -> name.startsWith("Binary/"))
          .forEach(near::add);
      Set<String> binaries =
          near.stream().filter(name -> name.startsWith("Binary/")).collect(Collectors.toSet());
      drawn.stream().filter(one -> one.names(binaries)).forEach(one -> near.add(one.name()));
      return near;
    }

    /** Each version names this patient, and no other. */
    private boolean isAlone(Drawn one) {
      return one.name().equals(patient)
          || (!DECIDED_BY_PARTS.contains(one.name().substring(0, one.name().indexOf('/')))
              && one.versions().stream()
                  .allMatch(version -> version.contains(patient) && !version.contains(OTHER)));
    }

    /** Some version names another patient, or nothing at all. */
    private static boolean isOthersToo(Drawn one) {
      return !one.name().startsWith("Patient/")
          && one.versions().stream()
              .anyMatch(version -> version.contains(OTHER) || POOL.containsAll(version));
    }

    /** The versions that each may read. */
    private Map<String, Set<String>> readable() {
      Map<String, String> tokens =
          Map.of(
              "loader", LOADER,
              "other", SERVER.tokens().patient("other-eg"),
              "stranger", SERVER.tokens().patient("stranger-eg"),
              "doctor", SERVER.tokens().practitioner("doctor-eg", "TREAT"));
      List<String> paths = new ArrayList<>();
      for (Drawn one : drawn) {
        paths.add(one.name());
        for (int i = 1; i <= one.versions().size(); i++) {
          paths.add(one.name() + "/_history/" + i);
        }
      }
      Map<String, Set<String>> all = new LinkedHashMap<>();
      tokens.forEach((who, token) -> all.put(who, readable(token, paths)));
      return all;
    }

    private static Set<String> readable(String token, List<String> paths) {
      HttpResponse<String> answer =
          bundle(
              "batch",
              token,
              paths.stream()
                  .map(path -> "{\"request\":{\"method\":\"GET\",\"url\":\"%s\"}}".formatted(path))
                  .toList());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      Bundle read =
          SERVER.server().fhir().newJsonParser().parseResource(Bundle.class, answer.body());
      Set<String> seen = new TreeSet<>();
      for (int i = 0; i < paths.size(); i++) {
        if (read.getEntry().get(i).getResponse().getStatus().startsWith("200")) {
          seen.add(paths.get(i));
        }
      }
      return seen;
    }

    private void comesBackNever() {
      List<Drawn> gone =
          drawn.stream().filter(one -> SERVER.versions(one.name()).isEmpty()).toList();
      HttpResponse<String> answer =
          bundle("batch", LOADER, gone.stream().map(Graph::empty).toList());
      Bundle read =
          SERVER.server().fhir().newJsonParser().parseResource(Bundle.class, answer.body());
      assertThat(read.getEntry())
          .as(about)
          .hasSameSizeAs(gone)
          .allMatch(entry -> entry.getResponse().getStatus().startsWith("40"));
    }

    /** Nothing else in it could be refused. */
    private static String empty(Drawn one) {
      return put(new Drawn(one.name(), List.of(Set.of()), false), 0);
    }

    private static HttpResponse<String> bundle(String type, String token, List<String> entries) {
      return SERVER.ask(
          token,
          "POST",
          "",
          "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}"
              .formatted(type, String.join(",", entries)));
    }
  }
}
