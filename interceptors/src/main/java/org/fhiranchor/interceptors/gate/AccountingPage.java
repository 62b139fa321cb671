package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AccountingRow;
import org.fhiranchor.interceptors.disclosure.AuditEventText;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;

/**
 * An accounting to be read and printed by a person (EXP-3, 45 CFR 164.528): one table, no script,
 * nothing that is fetched from elsewhere. Everything that comes from a record or a resource is
 * escaped.
 */
final class AccountingPage {
  private static final String STYLE =
      "body{font:16px/1.4 sans-serif;margin:2em;max-width:75em}"
          + "table{border-collapse:collapse;width:100%}"
          + "th,td{border:1px solid #767676;padding:.4em;text-align:left;vertical-align:top}"
          + ".emergency{font-weight:bold}"
          + "@media print{body{margin:0}tr{break-inside:avoid}}";

  /** What the page may do: show itself, in its own style. */
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
          .formatted(
              Base64.getEncoder().encodeToString(Digest.sha256(STYLE.getBytes(UTF_8)).bytes()));

  private static final List<String> COLUMNS =
      List.of("When", "Who", "For which organization", "For what", "What", "Outcome, and why");

  private final ZoneId zone;
  private final DateTimeFormatter day;
  private final Function<String, Optional<String>> names;
  private final Function<String, String> purposes;

  /**
   * Pages.
   *
   * @param zone of the dates
   * @param names name and address of a reference
   * @param purposes a purpose {@code system|code} in words
   */
  AccountingPage(
      ZoneId zone, Function<String, Optional<String>> names, Function<String, String> purposes) {
    this.zone = zone;
    this.day = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ENGLISH).withZone(zone);
    this.names = names;
    this.purposes = purposes;
  }

  /**
   * What a page is of.
   *
   * @param more whether there were more disclosures than the page has
   */
  record Part(
      PatientId patient, DisclosureStore.Within within, List<AccountingRow> rows, boolean more) {
    Part {
      rows = List.copyOf(rows);
    }
  }

  /** The page. */
  String of(Part part) {
    String id = escaped(part.patient().reference());
    return """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Who saw the record of %s</title><style>%s</style></head><body>
    <h1>Who saw the record of %s</h1>
    <p id="period"><strong>%s</strong></p>
    <p>Emergency access stands first, then the newest. Several look-ups of one person for one
    purpose on one day are one row. Refused attempts are rows too. Times are of %s.</p>
    %s<table><thead><tr>%s</tr></thead><tbody>
    %s
    </tbody></table>
    <p>Every row can be proven, and so can that none is missing: ask for the proof file with
    <code>_outputFormat=proofs</code>, and check it with the verifier.</p>
    </body></html>
    """
        .formatted(
            id,
            STYLE,
            id,
            period(part.within()),
            escaped(zone.getId()),
            part.more() ? "<p><strong>There are more: name a shorter time.</strong></p>\n" : "",
            COLUMNS.stream()
                .map(name -> "<th scope=\"col\">" + name + "</th>")
                .collect(Collectors.joining()),
            part.rows().stream().map(this::row).collect(Collectors.joining("\n")));
  }

  /** Which time the rows are of: a page that says nothing would be taken for all of it. */
  private String period(DisclosureStore.Within within) {
    DisclosureStore.Within ever = DisclosureStore.Within.EVER;
    if (within.equals(ever)) {
      return "Everything that was recorded up to now.";
    }
    String from =
        within.fromMillis() == ever.fromMillis()
            ? ""
            : " from " + at(Instant.ofEpochMilli(within.fromMillis()));
    String to =
        within.toMillis() == ever.toMillis()
            ? ""
            : " up to " + at(Instant.ofEpochMilli(within.toMillis()));
    return "What was recorded" + from + to + ", and nothing else.";
  }

  private String row(AccountingRow row) {
    Map<String, JsonValue> record = row.newest().members();
    String cells =
        Stream.of(when(row), who(record), organization(record), why(record), what(row), end(row))
            .map(text -> "<td>" + text + "</td>")
            .collect(Collectors.joining());
    return row.newest().emergency()
        ? "<tr class=\"emergency\">" + cells + "</tr>"
        : "<tr>" + cells + "</tr>";
  }

  private String when(AccountingRow row) {
    int times = row.lines().size();
    return times == 1
        ? at(row.last())
        : "%d times, first %s, last %s".formatted(times, at(row.first()), at(row.last()));
  }

  private String at(Instant instant) {
    return escaped(day.format(instant));
  }

  private String who(Map<String, JsonValue> record) {
    if (record.isEmpty()) {
      return "removed after its time of keeping";
    }
    Map<String, JsonValue> requester = AuditEventText.requester(record);
    String person =
        AuditEventText.text(requester, "person")
            .map(this::named)
            .or(() -> AuditEventText.text(requester, "subject").map(AccountingPage::escaped))
            .orElse("several requests that were counted");
    return AuditEventText.text(requester, "application")
        .map(app -> person + ", with the application " + escaped(app))
        .orElse(person);
  }

  private String organization(Map<String, JsonValue> record) {
    return AuditEventText.text(AuditEventText.requester(record), "organization")
        .map(this::named)
        .orElse("not stated");
  }

  private String named(String reference) {
    return names
        .apply(reference)
        .map(name -> escaped(name) + " (" + escaped(reference) + ")")
        .orElse(escaped(reference));
  }

  private String why(Map<String, JsonValue> record) {
    String stated =
        AuditEventText.texts(record, "purposes").stream()
            .map(purposes)
            .map(AccountingPage::escaped)
            .collect(Collectors.joining(", "));
    return AuditEventText.text(record, "breakGlassReason")
        .map(reason -> stated + ". Reason for the emergency access: " + escaped(reason))
        .orElse(stated.isEmpty() ? "not stated" : stated);
  }

  private static String what(AccountingRow row) {
    List<String> categories = row.all("categories");
    List<String> resources = row.all("resources");
    String asked = String.join(", ", interactions(row));
    if (resources.isEmpty()) {
      return escaped(asked);
    }
    return "%s: %s (%s)"
        .formatted(
            escaped(String.join(", ", categories)),
            escaped(String.join(", ", resources)),
            escaped(asked));
  }

  private static List<String> interactions(AccountingRow row) {
    return row.lines().stream()
        .flatMap(line -> AuditEventText.text(line.members(), "interaction").stream())
        .distinct()
        .sorted()
        .toList();
  }

  private static String end(AccountingRow row) {
    Map<String, JsonValue> record = row.newest().members();
    boolean refused = AuditEventText.text(record, "outcome").filter("refused"::equals).isPresent();
    String outcome = refused ? "refused" : hasShown(row) ? "shown" : "nothing was shown";
    String consents =
        AuditEventText.texts(record, "consents").stream()
            .map(AccountingPage::escaped)
            .collect(Collectors.joining(", "));
    String why = AuditEventText.why(record).map(AccountingPage::words).orElse("");
    return Stream.of(record.isEmpty() ? "" : outcome, why, consents)
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(": "));
  }

  /** A search may find nothing, in an emergency too; all else answers something of its own. */
  private static boolean hasShown(AccountingRow row) {
    return !row.all("resources").isEmpty()
        || row.lines().stream()
            .anyMatch(line -> AuditEventText.text(line.members(), "target").isPresent())
        || !interactions(row).stream().allMatch(AccountingPage::isSearch);
  }

  /** In a batch, too, where what is read by its id has a target. */
  private static boolean isSearch(String interaction) {
    return interaction.startsWith("search") || interaction.startsWith("entry GET ");
  }

  /** A rule or reason of the gate in words; every other text as it is. */
  static String words(String code) {
    return switch (code) {
      case "NOT_GOVERNED" -> "no consent is needed for it";
      case "PATIENT_SELF" -> "the patient's own access";
      case "CONSENT" -> "a consent permits it";
      case "OPT_OUT" -> "no consent denies it";
      case "UNOWNED_SCOPE" -> "a system may read what has no known patient";
      case "BREAK_GLASS" -> "emergency access";
      case "NO_CONSENT" -> "there is no consent";
      case "ACTOR" -> "the consent is for somebody else";
      case "PURPOSE" -> "the consent is for another purpose";
      case "SCOPE" -> "the consent is for other data";
      case "UNSUPPORTED" -> "something in the consent is not understood";
      case "NOT_ON_LEDGER" -> "the consent was never granted";
      case "KEY_NOT_BOUND" -> "the consent was signed with a key that is not the patient's";
      case "TERMS_CHANGED" -> "the consent is no longer the text that was signed";
      case "NOT_CONFIRMED" -> "what is stored is not what was written";
      case "REVOKED" -> "the consent was revoked";
      case "EXPIRED" -> "the consent is over";
      case "NOT_YET_VALID" -> "the consent has not begun";
      case "NOT_FINAL" -> "the consent is not final on the ledger yet";
      case "DENIED" -> "a consent denies it";
      case "LEDGER_STALE" -> "the ledger was not heard";
      default -> escaped(code);
    };
  }

  /** As text of HTML, in an attribute too. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(point);
              }
            });
    return out.toString();
  }
}
