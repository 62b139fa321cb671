package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DecimalType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EXP-3: an accounting is written piece by piece, and is what HAPI writes of the whole. */
final class AccountingBundleTest {
  private static final List<String> INTERACTIONS =
      List.of("read Observation", "$everything Patient", "entry GET Observation", "delete X", " ");

  private final FhirContext context = context();

  /** Versions in references stay, as in the context of HAPI's JPA server. */
  private static FhirContext context() {
    FhirContext context = FhirContext.forR4();
    context.getParserOptions().setDontStripVersionsFromReferencesAtPaths("AuditEvent.entity.what");
    return context;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 1_000})
  @DisplayName("EXP-3 the Bundle is byte for byte HAPI's own, in the order of its rows")
  void isHapisOwn(int count) {
    List<Accounting.Line> lines =
        IntStream.range(0, count).mapToObj(AccountingBundleTest::line).toList();
    List<AccountingRow> rows = new ArrayList<>(AccountingRow.each(lines));
    if (count > 2) {
      rows.add(new AccountingRow(lines.subList(1, 4)));
    }
    Bundle whole = head();
    rows.forEach(row -> whole.addEntry().setResource(event(row)));
    assertThat(new AccountingBundle(context).of(head(), rows))
        .isEqualTo(context.newJsonParser().encodeResourceToString(whole));
  }

  private static AuditEvent event(AccountingRow row) {
    AuditEvent event = AuditEventText.of(row.newest());
    if (row.lines().size() > 1) {
      event.getPeriod().setStart(Date.from(row.first())).setEnd(Date.from(row.last()));
      event.addExtension(AuditEventText.TIMES, new DecimalType(row.lines().size()));
    }
    return event;
  }

  private static Bundle head() {
    Bundle head = new Bundle().setType(Bundle.BundleType.COLLECTION);
    head.getIdentifier().setSystem("http://x").setValue("y");
    head.addLink().setRelation("proofs").setUrl("Patient/x/$disclosures?_outputFormat=proofs");
    return head;
  }

  /** Each member is there or not, and blank now and then, as the bits of the number say. */
  private static Accounting.Line line(int number) {
    Map<String, JsonValue> members = new HashMap<>();
    put(members, number, 0, "interaction", text(INTERACTIONS.get(number % INTERACTIONS.size())));
    put(members, number, 1, "patient", text("Patient/x"));
    put(members, number, 2, "query", text("code=\u00e9&n=" + number));
    put(members, number, 3, "resources", texts("Observation/1/_history/2", "Binary/\u00fc"));
    put(members, number, 4, "consents", texts("Consent/c"));
    put(members, number, 5, "categories", texts("Observation", "Observation la\tb"));
    put(members, number, 6, "purposes", texts("http://t|TREAT", "alone", "x|", "|y"));
    put(members, number, 7, "breakGlassReason", text("\"un\\conscious\" \n"));
    put(members, number, 8, "rule", text(number % 3 == 0 ? "BREAK_GLASS" : "CONSENT"));
    put(members, number, 9, "outcome", text(number % 2 == 0 ? "refused" : "shown"));
    put(members, number / 2, 0, "reason", text(number % 5 == 0 ? " " : "NO_CONSENT"));
    Map<String, JsonValue> requester = new HashMap<>();
    put(requester, number / 2, 1, "person", text("Practitioner/p"));
    put(requester, number / 3, 1, "subject", text(number % 5 == 0 ? "" : "sub ject"));
    put(requester, number / 3, 2, "application", text("app"));
    put(requester, number / 3, 3, "organization", text("http://e.org/fhir/Organization/o"));
    members.put("requester", new JsonValue.Obj(requester));
    return new Accounting.Line(
        Instant.ofEpochMilli(number),
        number % 3 == 0,
        number % 7 == 0 ? Map.of() : members,
        number % 4 == 0 ? Optional.empty() : Optional.of(leaf(number)));
  }

  private static void put(
      Map<String, JsonValue> to, int number, int bit, String name, JsonValue value) {
    if ((number >> bit & 1) == 1) {
      to.put(name, value);
    }
  }

  private static JsonValue text(String text) {
    return new JsonValue.Str(text);
  }

  private static JsonValue texts(String... texts) {
    return new JsonValue.Arr(Stream.of(texts).map(AccountingBundleTest::text).toList());
  }

  private static SequencedLeaf leaf(int number) {
    Digest digest = Digest.sha256(new byte[] {(byte) number});
    return new SequencedLeaf(
        new LeafIndex(number),
        new Statement.Disclosure(
            Instant.ofEpochMilli(number), digest, number + 1L, digest, Optional.of(digest)),
        Salt.random(new SecureRandom()),
        digest,
        "");
  }
}
