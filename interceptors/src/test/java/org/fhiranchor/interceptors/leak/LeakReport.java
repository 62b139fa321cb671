package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.leak.Expectation.Kind;
import org.fhiranchor.interceptors.leak.Finding.Outcome;

/** {@code target/leak-report.html}: surface by persona, and what is stated. */
record LeakReport(ProbeFile file, List<Finding> findings) {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en"><meta charset="utf-8"><title>Leak report</title>
      <style>
      body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:72em;color:#222}
      table{border-collapse:collapse;margin:1em 0}
      th,td{border:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top}
      td.n{text-align:right}.bad{background:#fdd;font-weight:bold}pre{white-space:pre-wrap;background:#f6f6f6;padding:.6em}
      </style>
      <h1>Leak report</h1>
      """;

  void write(Path to) {
    try {
      Files.createDirectories(to.toAbsolutePath().getParent());
      Files.writeString(to, html());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + to, e);
    }
  }

  private String html() {
    return HEAD + summary() + negative() + positive() + faults() + stated() + normalised();
  }

  private String summary() {
    return "<p>%d probes, %d conversations: %d leaked, %d not what they state.</p>"
        .formatted(
            file.probes().size(),
            findings.size(),
            count(is(Outcome.LEAKED)),
            count(is(Outcome.MISSTATED)));
  }

  private String negative() {
    StringBuilder html =
        new StringBuilder(
            "<h2>Without a consent: a world with the hidden records beside one without</h2>\n"
                + "<table><tr><th rowspan=2>surface");
    file.personas().forEach(each -> html.append("<th colspan=3>").append(escaped(each.who())));
    html.append("<tr>");
    file.personas().forEach(each -> html.append("<th>refused<th>permitted<th>leaked"));
    file.surfaces().forEach((surface, title) -> html.append(row(surface, title)));
    return html.append("</table>\n").toString();
  }

  private String row(String surface, String title) {
    StringBuilder html = new StringBuilder("\n<tr><td>" + surface + " " + escaped(title));
    for (Persona persona : file.personas()) {
      for (Outcome outcome : List.of(Outcome.REFUSED, Outcome.PERMITTED, Outcome.LEAKED)) {
        html.append(cell(outcome, on(surface).and(by(persona)).and(is(outcome))));
      }
    }
    return html.toString();
  }

  private String positive() {
    StringBuilder html =
        new StringBuilder(
            "<h2>With a matching consent: beside a server that does not enforce</h2>\n"
                + "<table><tr><th>surface");
    for (Kind kind : Kind.values()) {
      html.append("<th>").append(kind.title());
    }
    html.append("<th>not what is stated");
    file.surfaces().forEach((key, title) -> html.append(statedRow(key + " " + title, on(key))));
    return html.append(statedRow("all", finding -> true)).append("</table>\n").toString();
  }

  private String statedRow(String title, Predicate<Finding> which) {
    StringBuilder html = new StringBuilder("\n<tr><td>" + escaped(title));
    for (Kind kind : Kind.values()) {
      html.append(cell(Outcome.AS_STATED, which.and(is(Outcome.AS_STATED)).and(states(kind))));
    }
    return html.append(cell(Outcome.MISSTATED, which.and(is(Outcome.MISSTATED)))).toString();
  }

  private String cell(Outcome outcome, Predicate<Finding> which) {
    long count = count(which);
    boolean fault = outcome == Outcome.LEAKED || outcome == Outcome.MISSTATED;
    return "<td class=\"n%s\">%d".formatted(fault && count > 0 ? " bad" : "", count);
  }

  private String faults() {
    return "<h2>Leaks and differences</h2>\n"
        + findings.stream()
            .filter(is(Outcome.LEAKED).or(is(Outcome.MISSTATED)))
            .map(finding -> "<pre>" + escaped(finding.toString()) + "</pre>\n")
            .collect(Collectors.joining());
  }

  private String stated() {
    return "<h2>What somebody with a consent gets otherwise than from plain HAPI, and why</h2>\n"
        + "<table>"
        + file.probes().stream()
            .filter(probe -> probe.withConsent().kind() != Kind.SAME)
            .map(LeakReport::statement)
            .distinct()
            .collect(Collectors.joining())
        + "</table>\n";
  }

  /** One row for all probes of a group that state the same. */
  private static String statement(Probe probe) {
    Expectation stated = probe.withConsent();
    return "\n<tr><td>%s<td>%s<td>%s"
        .formatted(
            probe.id().replaceFirst("/\\d+$", ""), stated.kind().title(), escaped(stated.why()));
  }

  private String normalised() {
    return "<h2>What is taken out before answers are compared, and why it tells nothing</h2>\n"
        + "<table>"
        + file.normalise().stream()
            .map(rule -> "\n<tr><td>" + escaped(rule.what()) + "<td>" + escaped(rule.why()))
            .collect(Collectors.joining())
        + "</table>\n";
  }

  private long count(Predicate<Finding> which) {
    return findings.stream().filter(which).count();
  }

  private static Predicate<Finding> on(String surface) {
    return finding -> finding.probe().surface().equals(surface);
  }

  private static Predicate<Finding> by(Persona persona) {
    return finding -> finding.persona().equals(persona);
  }

  private static Predicate<Finding> is(Outcome outcome) {
    return finding -> finding.outcome() == outcome;
  }

  private static Predicate<Finding> states(Kind kind) {
    return finding -> finding.probe().withConsent().kind() == kind;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
