package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fhiranchor.merkle.JsonValue;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EXP-3: an accounting is written piece by piece, and is what HAPI writes of the whole. */
final class AccountingBundleTest {
  private final FhirContext context = FhirContext.forR4Cached();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 1_000})
  @DisplayName("EXP-3 the Bundle is byte for byte HAPI's own, in the order of its rows")
  void isHapisOwn(int count) {
    List<AccountingRow> rows =
        AccountingRow.each(IntStream.range(0, count).mapToObj(AccountingBundleTest::line).toList());
    Bundle whole = head();
    rows.forEach(row -> whole.addEntry().setResource(AuditEventText.of(row)));
    assertThat(new AccountingBundle(context).of(head(), rows))
        .isEqualTo(context.newJsonParser().encodeResourceToString(whole));
  }

  private static Bundle head() {
    Bundle head = new Bundle().setType(Bundle.BundleType.COLLECTION);
    head.getIdentifier().setSystem("http://x").setValue("y");
    head.addLink().setRelation("proofs").setUrl("Patient/x/$disclosures?_outputFormat=proofs");
    return head;
  }

  private static Accounting.Line line(int number) {
    Map<String, JsonValue> members =
        number % 7 == 0
            ? Map.of()
            : Map.of(
                "interaction",
                new JsonValue.Str("read \"Observation\" \n" + number),
                "patient",
                new JsonValue.Str("Patient/x"),
                "query",
                new JsonValue.Str("code=\u00e9&n=" + number));
    return new Accounting.Line(
        Instant.ofEpochMilli(number), number % 3 == 0, members, Optional.empty());
  }
}
