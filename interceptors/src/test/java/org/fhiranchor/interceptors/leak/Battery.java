package org.fhiranchor.interceptors.leak;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.leak.Finding.Outcome;
import org.fhiranchor.interceptors.leak.Probe.Kind;

/** Asks two servers the same and compares what they say. */
final class Battery {
  private static final Pattern ENTRY = Pattern.compile("(?=\\{\"fullUrl\")");
  private static final Pattern CLOSING = Pattern.compile("[,\\]}]+$");

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

  /** Every probe by every persona without a consent, in the order of the file. */
  void negative(World with, World without, Consumer<Finding> found) {
    for (Probe probe : file.probes()) {
      file.personas().forEach(each -> found.accept(negative(probe, each, with, without)));
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
    Persona persona = file.permitted();
    if (probe.withConsent().kind() == Kind.REFUSED) {
      return refusedAsStated(probe, ask(gated, probe, persona).join());
    }
    CompletableFuture<List<Answer>> answered = ask(gated, probe, persona);
    String expected = text(ask(plain, probe, persona).join(), plain);
    String got = text(answered.join(), gated);
    if (got.equals(expected)) {
      return new Finding(probe, persona, Outcome.SAME, "");
    }
    boolean reordered =
        probe.withConsent().kind() == Kind.SAME_BUT_ORDER && entries(got).equals(entries(expected));
    boolean stated = reordered || probe.withConsent().kind() == Kind.DIFFERS;
    return new Finding(
        probe,
        persona,
        stated ? Outcome.AS_STATED : Outcome.DIFFERENT,
        Difference.between("gate ", got, "plain", expected));
  }

  /** What stands before the entries of a Bundle and the entries, sorted. */
  private static List<String> entries(String text) {
    return ENTRY
        .splitAsStream(text)
        .map(entry -> CLOSING.matcher(entry).replaceAll(""))
        .sorted()
        .toList();
  }

  private Finding refusedAsStated(Probe probe, List<Answer> answers) {
    boolean refused = answers.get(0).refused();
    return new Finding(
        probe,
        file.permitted(),
        refused ? Outcome.AS_STATED : Outcome.DIFFERENT,
        refused ? "" : "  want a refusal, got " + answers.get(0));
  }

  private CompletableFuture<List<Answer>> ask(World world, Probe probe, Persona persona) {
    return CompletableFuture.supplyAsync(
        () -> Conversation.hold(world, probe, persona, file.permitted()));
  }

  /** All answers of a conversation as they are compared. */
  String text(List<Answer> answers, World world) {
    return answers.stream()
        .map(answer -> normaliser.text(answer, world))
        .collect(Collectors.joining("\n----\n"));
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
