package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.Accounting;
import org.fhiranchor.interceptors.disclosure.AccountingRow;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The accounting as a page, and which disclosures are one row of it. */
final class AccountingPageTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final String HOSTILE = "<script>alert(1)</script>\"'&";

  private static Accounting.Line line(String at, String person, String purpose, String reason) {
    boolean emergency = !reason.isEmpty();
    String json =
        """
        {"outcome":"shown","interaction":"read Observation","requester":{"person":"%s",\
        "organization":"Organization/clinic"},"purposes":["%s"],"categories":["Observation"],\
        "resources":["Observation/o/_history/1"],"rule":"%s","consents":[]%s}\
        """
            .formatted(
                person,
                purpose,
                emergency ? "BREAK_GLASS" : "CONSENT",
                emergency ? ",\"breakGlassReason\":\"" + reason + "\"" : "");
    return kept(Instant.parse(at).toEpochMilli(), emergency, json);
  }

  private static Accounting.Line kept(long millis, boolean emergency, String json) {
    Digest digest = Digest.sha256(json.getBytes(UTF_8));
    return Accounting.Line.of(
        new DisclosureStore.Kept(millis, emergency, digest, json), Optional.empty());
  }

  private static String page(List<Accounting.Line> lines) {
    return new AccountingPage(
            BERLIN,
            reference ->
                reference.equals("Organization/clinic")
                    ? Optional.of("Clinic <b>by</b> the lake, Am See 1")
                    : Optional.empty(),
            purpose -> "in words " + purpose)
        .of(part(AccountingRow.of(lines, BERLIN), DisclosureStore.Within.EVER, false));
  }

  private static AccountingPage.Part part(
      List<AccountingRow> rows, DisclosureStore.Within within, boolean more) {
    return new AccountingPage.Part(new PatientId("p"), within, rows, more);
  }

  private static String pageOf(Optional<String> start, Optional<String> end) {
    return new AccountingPage(BERLIN, one -> Optional.empty(), one -> one)
        .of(part(List.of(), new AccountingTime(BERLIN).within(start, end), false));
  }

  @Test
  @DisplayName("EXP-3 the page says which time it is of, all of it too")
  void period() {
    assertThat(pageOf(Optional.empty(), Optional.empty()))
        .contains("Everything that was recorded up to now.");
    assertThat(pageOf(Optional.of("2026-03"), Optional.of("2026-03")))
        .contains(
            "recorded from 1 March 2026, 00:00 up to 31 March 2026, 23:59, and nothing else.");
    assertThat(pageOf(Optional.of("2026-03-02"), Optional.empty()))
        .contains("recorded from 2 March 2026, 00:00, and nothing else.");
    assertThat(pageOf(Optional.empty(), Optional.of("2026-03-02")))
        .contains("recorded up to 2 March 2026, 23:59, and nothing else.");
  }

  @Test
  @DisplayName("EXP-3 a search in an emergency that found nothing is not told as something shown")
  void emergencyInVain() {
    String json =
        """
        {"outcome":"shown","interaction":"search-type Observation","requester":{"person":\
        "Practitioner/a"},"purposes":["BTG"],"categories":[],"resources":[],"rule":"BREAK_GLASS",\
        "consents":[],"breakGlassReason":"unconscious"}\
        """;
    assertThat(page(List.of(kept(0, true, json))))
        .contains("nothing was shown: emergency access")
        .doesNotContain(">shown");
  }

  @Test
  @DisplayName("EXP-3 look-ups of one person for one purpose on one day of the reader are one row")
  void together() {
    List<Accounting.Line> lines =
        List.of(
            line("2026-03-02T09:00:00Z", "Practitioner/a", "TREAT", ""),
            line("2026-03-01T23:30:00Z", "Practitioner/a", "TREAT", ""),
            line("2026-03-01T22:30:00Z", "Practitioner/a", "TREAT", ""),
            line("2026-03-01T22:00:00Z", "Practitioner/b", "TREAT", ""),
            line("2026-03-01T21:00:00Z", "Practitioner/a", "HRESCH", ""));
    assertThat(AccountingRow.of(lines, BERLIN))
        .extracting(row -> row.lines().size())
        .containsExactly(2, 1, 1, 1);
    assertThat(AccountingRow.of(lines, ZoneOffset.UTC))
        .extracting(row -> row.lines().size())
        .containsExactly(1, 2, 1, 1);
    assertThat(page(lines))
        .contains(
            "2 times, first 2 March 2026, 00:30, last 2 March 2026, 10:00",
            "Clinic &lt;b&gt;by&lt;/b&gt; the lake, Am See 1 (Organization/clinic)",
            "in words HRESCH",
            "a consent permits it");
  }

  @Test
  @DisplayName("EXP-3 broken glass is a row of its own, with its reason")
  void emergency() {
    List<Accounting.Line> lines =
        List.of(
            line("2026-03-01T10:00:00Z", "Practitioner/a", "BTG", "unconscious"),
            line("2026-03-01T11:00:00Z", "Practitioner/a", "BTG", ""));
    assertThat(AccountingRow.of(lines, BERLIN)).hasSize(2);
    assertThat(page(lines))
        .contains(
            "<tr class=\"emergency\">",
            "Reason for the emergency access: unconscious",
            "emergency access");
  }

  @Test
  @DisplayName("EXP-3 nothing of a record is markup")
  void hostile() {
    String json = HOSTILE.replace("\"", "\\\"");
    String page =
        page(List.of(line("2026-03-01T10:00:00Z", json, json, json)))
            + new AccountingPage(BERLIN, one -> Optional.of(HOSTILE), one -> HOSTILE)
                .of(
                    part(
                        AccountingRow.each(List.of(line("2026-03-01T10:00:00Z", json, json, json))),
                        DisclosureStore.Within.EVER,
                        true));
    assertThat(page).doesNotContain("<script", "\"'&").contains("&lt;script&gt;");
  }

  @Test
  @DisplayName("DIS-8 a record whose content was removed is still a row")
  void removed() {
    Accounting.Line line = kept(0, false, "");
    assertThat(page(List.of(line))).contains("removed after its time of keeping", "1970");
  }
}
