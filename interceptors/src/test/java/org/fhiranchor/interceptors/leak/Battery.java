package org.fhiranchor.interceptors.leak;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.leak.Expectation.Kind;
import org.fhiranchor.interceptors.leak.Finding.Outcome;

/** Asks two servers the same and compares what they say. */
final class Battery {
  private final ProbeFile file;
  private final Pattern canaries;
  private final Normaliser normaliser;
  private final String said;

  Battery(ProbeFile file, Records records) {
    this.file = file;
    this.canaries = records.canaries();
    this.normaliser = new Normaliser(file.normalise());
    this.said =
        file.probes().stream()
            .map(Probe::said)
            .collect(Collectors.joining(" "))
            .toLowerCase(Locale.ROOT);
  }

  /**
   * Every probe by so many personas without a consent, in the order of the file; where that is not
   * all of them, they take turns.
   */
  void negative(World with, World without, int asking, Consumer<Finding> found) {
    int turn = 0;
    for (Probe probe : file.probes()) {
      for (int i = 0; i < asking; i++) {
        Persona persona = file.personas().get((turn + i) % file.personas().size());
        found.accept(negative(probe, persona, with, without));
      }
      turn++;
    }
  }

  private Finding negative(Probe probe, Persona persona, World with, World without) {
    CompletableFuture<List<Answer>> hidden = ask(with, probe, persona);
    List<Answer> absent = ask(without, probe, persona).join();
    return compared(
        probe, persona, hidden.join(), text(hidden.join(), with), text(absent, without));
  }

  /** Compares answers that were collected one world after the other. */
  Finding compared(
      Probe probe, Persona persona, List<Answer> answers, String with, String without) {
    Optional<String> canary = canary(with);
    if (!with.equals(without)) {
      String difference = Difference.between("with   ", with, "without", without);
      return new Finding(
          probe,
          persona,
          Outcome.LEAKED,
          canary.map(text -> "  hidden text: " + text + "\n").orElse("") + difference);
    }
    if (canary.isPresent()) {
      return new Finding(probe, persona, Outcome.LEAKED, "  hidden text: " + canary.get());
    }
    boolean refused =
        answers.stream().filter(answer -> answer.status() > 0).anyMatch(Answer::refused);
    return new Finding(probe, persona, refused ? Outcome.REFUSED : Outcome.PERMITTED, "");
  }

  /** Every probe by the persona with a matching consent, beside a server that does not enforce. */
  void positive(World gated, World plain, Consumer<Finding> found) {
    file.probes().forEach(probe -> found.accept(positive(probe, gated, plain)));
  }

  private Finding positive(Probe probe, World gated, World plain) {
    CompletableFuture<List<Answer>> asked = ask(gated, probe, file.permitted());
    if (probe.withConsent().kind() == Kind.REFUSED) {
      // plain HAPI is not asked: it would do what the gate refuses, and hold other records then
      Kind found = refused(asked.join(), gated) ? Kind.REFUSED : Kind.OTHER_STATUS;
      return stated(probe, found, text(asked.join(), gated), "");
    }
    String expected = text(ask(plain, probe, file.permitted()).join(), plain);
    String got = text(asked.join(), gated);
    Kind likeness = Likeness.of(got, expected);
    boolean refused = likeness != Kind.SAME && refused(asked.join(), gated);
    return stated(probe, refused ? Kind.REFUSED : likeness, got, expected);
  }

  private Finding stated(Probe probe, Kind found, String got, String expected) {
    Kind stated = probe.withConsent().kind();
    if (stated.holdsFor(found)) {
      return new Finding(probe, file.permitted(), Outcome.AS_STATED, "");
    }
    String difference = Difference.between("gate ", got, "plain", expected);
    return new Finding(
        probe,
        file.permitted(),
        Outcome.MISSTATED,
        "  stated: %s; found: %s%n%s".formatted(stated.title(), found.title(), difference));
  }

  /** All that was answered are refusals, and carry nothing. */
  private boolean refused(List<Answer> answers, World world) {
    List<Answer> given = answers.stream().filter(answer -> answer.status() > 0).toList();
    return !given.isEmpty()
        && given.stream().allMatch(file::refuses)
        && canary(text(given, world)).isEmpty();
  }

  private CompletableFuture<List<Answer>> ask(World world, Probe probe, Persona persona) {
    return CompletableFuture.supplyAsync(
        () -> Conversation.hold(world, probe, persona, file.permitted()));
  }

  /** All answers of a conversation as they are compared. */
  String text(List<Answer> answers, World world) {
    return answers.stream()
        .map(answer -> normaliser.text(answer, world))
        .collect(Collectors.joining(Likeness.BETWEEN_ANSWERS));
  }

  /** A text of a hidden record that no probe said. */
  private Optional<String> canary(String text) {
    return canaries
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(match -> !said.contains(match.toLowerCase(Locale.ROOT)))
        .findFirst();
  }
}
