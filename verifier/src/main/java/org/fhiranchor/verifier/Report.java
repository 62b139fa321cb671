package org.fhiranchor.verifier;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.fhiranchor.merkle.JsonValue;

/** Prints an outcome, for people or for programs. */
final class Report {
  private static final Map<ExitCode, String> WORDS =
      Map.of(
          ExitCode.VERIFIED, "verified",
          ExitCode.NOT_VERIFIED, "not verified",
          ExitCode.UNDECIDED, "undecided");

  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void print(Outcome outcome, boolean json) {
    if (json) {
      out.println(json(outcome).toJson());
    } else {
      plain(outcome);
    }
  }

  /** What came of each of many, by its name. */
  void printAll(Map<String, Outcome> outcomes, boolean json) {
    ExitCode worst = ExitCode.of(outcomes.values().stream().map(Outcome::code).toList());
    if (json) {
      out.println(json(outcomes, worst).toJson());
      return;
    }
    outcomes.forEach(this::oneOfMany);
    long verified = count(outcomes, ExitCode.VERIFIED);
    out.println(word(worst).toUpperCase(Locale.ROOT) + " " + verified + " of " + outcomes.size());
  }

  /** One line for what holds; what does not is told as fully as if it had been asked alone. */
  private void oneOfMany(String name, Outcome outcome) {
    if (outcome.end().isEmpty()) {
      out.println("  \u2713 " + clean(name));
    } else {
      out.println(clean(name));
      printEnd(outcome.code(), outcome.end().get());
    }
  }

  private static long count(Map<String, Outcome> outcomes, ExitCode code) {
    return outcomes.values().stream().filter(outcome -> outcome.code() == code).count();
  }

  private static JsonValue json(Map<String, Outcome> outcomes, ExitCode worst) {
    List<JsonValue> versions = new ArrayList<>();
    outcomes.forEach(
        (name, outcome) -> {
          Map<String, JsonValue> version = new LinkedHashMap<>();
          version.put("name", text(name));
          version.putAll(json(outcome).members());
          versions.add(new JsonValue.Obj(version));
        });
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("verdict", text(word(worst)));
    members.put("exitCode", new JsonValue.Num(Integer.toString(worst.number())));
    members.put("verified", new JsonValue.Num(count(outcomes, ExitCode.VERIFIED) + ""));
    members.put("versions", new JsonValue.Arr(versions));
    return new JsonValue.Obj(members);
  }

  private void plain(Outcome outcome) {
    for (Outcome.Line line : outcome.held()) {
      out.println("  \u2713 " + column(line.step()) + clean(line.what()));
    }
    outcome.end().ifPresent(end -> printEnd(outcome.code(), end));
    out.println(word(outcome.code()).toUpperCase(Locale.ROOT));
  }

  private void printEnd(ExitCode code, Outcome.End end) {
    if (code == ExitCode.UNDECIDED) {
      out.println("  ? " + column(end.step()) + "still missing: " + clean(end.reason()));
    } else {
      out.println("  \u2717 " + column(end.step()) + clean(end.reason()));
      out.println("      wanted: " + clean(end.want()));
      out.println("      got:    " + clean(end.got()));
      out.println("      " + Explanations.of(end.step()));
    }
  }

  private static JsonValue.Obj json(Outcome outcome) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("verdict", text(word(outcome.code())));
    members.put("exitCode", new JsonValue.Num(Integer.toString(outcome.code().number())));
    List<JsonValue> held = new ArrayList<>();
    for (Outcome.Line line : outcome.held()) {
      Map<String, JsonValue> step = new LinkedHashMap<>();
      step.put("step", text(line.step()));
      step.put("what", text(line.what()));
      held.add(new JsonValue.Obj(step));
    }
    members.put("held", new JsonValue.Arr(held));
    outcome
        .end()
        .ifPresent(
            end -> {
              Map<String, JsonValue> step = new LinkedHashMap<>();
              step.put("step", text(end.step()));
              if (outcome.code() == ExitCode.UNDECIDED) {
                step.put("missing", text(end.reason()));
                members.put("undecided", new JsonValue.Obj(step));
              } else {
                step.put("reason", text(end.reason()));
                step.put("want", text(end.want()));
                step.put("got", text(end.got()));
                members.put("failed", new JsonValue.Obj(step));
              }
            });
    return new JsonValue.Obj(members);
  }

  private static JsonValue text(String text) {
    return new JsonValue.Str(clean(text));
  }

  /** What comes from a hostile file must not steer the reader's terminal, nor flood it. */
  private static String clean(String text) {
    String bounded = text.length() > 500 ? text.substring(0, 500) + "..." : text;
    StringBuilder clean = new StringBuilder();
    bounded
        .codePoints()
        .map(c -> Character.isISOControl(c) || isHidden(c) ? ' ' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isHidden(int c) {
    int type = Character.getType(c);
    return type == Character.FORMAT || type == Character.SURROGATE;
  }

  private static String word(ExitCode code) {
    return WORDS.getOrDefault(code, "unreadable");
  }

  private static String column(String step) {
    return step + " ".repeat(Math.max(1, 22 - step.length()));
  }
}
