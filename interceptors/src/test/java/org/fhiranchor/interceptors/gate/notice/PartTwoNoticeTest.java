package org.fhiranchor.interceptors.gate.notice;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.fhiranchor.consent.compile.Compilation;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.DisclosureGround;
import org.fhiranchor.consent.decide.DisclosureGround.ByConsent;
import org.fhiranchor.consent.decide.DisclosureGround.WithoutConsent;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.decide.PurposeModes;
import org.fhiranchor.consent.decide.RequesterFacts;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the recipient of a disclosure is told of the Consent that permitted it. */
class PartTwoNoticeTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final LocalReferences REFERENCES = new LocalReferences(List.of());
  private static final Digest TERMS = Digest.sha256(new byte[] {1});
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final String LABELS =
      "\"securityLabel\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"%s\"}]";
  private static final String TREAT =
      "\"purpose\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActReason\",\"code\":\"TREAT\"}]";
  private static final String UNTIL =
      "from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z. What it excepts is not told here.";

  /** The ground on which an Observation labelled ETH is shown to Practitioner/a of this Consent. */
  private static String told(String provision) {
    Consent consent =
        parse(
            Consent.class,
            """
            {"resourceType":"Consent","id":"c","status":"active","patient":{"reference":"Patient/p"},
             "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
              "code":"patient-privacy"}]},"provision":%s}
            """
                .formatted(provision));
    TimeSpan year =
        new TimeSpan(
            Instant.parse("2026-01-01T00:00:00Z").toEpochMilli(),
            Instant.parse("2027-01-01T00:00:00Z").toEpochMilli());
    Compilation compiled =
        new ConsentCompiler(REFERENCES, ZoneOffset.UTC, NamedResources.NOTHING_KNOWN)
            .compile(
                consent,
                Optional.of(TERMS),
                new LedgerStanding.Granted(TERMS, year, true, true),
                patient -> true);
    ConsentIndex index = new ConsentIndex();
    index.complete();
    index.followed(new LedgerView(1, NOW));
    index.put(((Compilation.Ready) compiled).consent());
    ConsentPolicy policy =
        new ConsentPolicy(
            PurposeModes.ALL_OPT_IN, ConsentPolicy.BreakGlass.OFF, Duration.ofMinutes(1));
    Resource labelled =
        parse(
            Resource.class,
            """
            {"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/p"},
             "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"ETH"}]}}
            """);
    AccessRequest request =
        AccessRequest.of(
            RequesterFacts.of("Practitioner/a", "Organization/h"),
            List.of(Purpose.TREAT),
            Action.ACCESS,
            NOW);
    ResourceFacts facts =
        new FactsReader(REFERENCES, ZoneOffset.UTC, RelatedResources.NOTHING_KNOWN).read(labelled);
    ConsentDecider decider = new ConsentDecider(index, policy);
    Permit permit = (Permit) decider.decide(request, facts);
    Set<DisclosureGround> grounds = decider.grounds(permit, request, facts);
    assertThat(grounds).hasSize(1);
    return GroundWords.of(grounds.iterator().next());
  }

  private static <T extends Resource> T parse(Class<T> type, String json) {
    return type.cast(FHIR.newJsonParser().parseResource(json));
  }

  private static String actors(String... references) {
    return "\"actor\":["
        + String.join(
            ",",
            List.of(references).stream()
                .map(
                    one ->
                        "{\"role\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ParticipationType\",\"code\":\"IRCP\"}]},\"reference\":{\"reference\":\""
                            + one
                            + "\",\"display\":\"said by its author\"}}")
                .toList())
        + "]";
  }

  @Test
  @DisplayName("EXP-7 of several recipients the reader is told of themself alone")
  void onlyTheReader() {
    assertThat(
            told(
                "{\"type\":\"permit\","
                    + actors("Practitioner/a", "Practitioner/lawyer", "Organization/other")
                    + ","
                    + TREAT
                    + "}"))
        .isEqualTo("Consent/c permits Practitioner/a; for treatment (TREAT); " + UNTIL);
    assertThat(told("{\"type\":\"permit\"}"))
        .isEqualTo("Consent/c permits anybody; for any purpose; " + UNTIL);
  }

  @Test
  @DisplayName("EXP-7 what the consent denies, and permits to others, is not told")
  void notWhatItDenies() {
    String text =
        told(
            "{\"type\":\"deny\",\"provision\":["
                + ("{\"type\":\"deny\"," + LABELS.formatted("HIV") + "},")
                + ("{\"type\":\"permit\"," + actors("Practitioner/lawyer") + "},")
                + ("{\"type\":\"permit\"," + actors("Organization/h") + ",")
                + LABELS.formatted("ETH")
                + ",\"provision\":[{\"type\":\"deny\","
                + LABELS.formatted("PSY")
                + "}]}]}");
    assertThat(text)
        .isEqualTo(
            "Consent/c permits Organization/h; for any purpose; labelled alcohol or drug abuse"
                + " (ETH); "
                + UNTIL);
  }

  @Test
  @DisplayName("EXP-7 a permit inside a permit is told with what narrows both")
  void nested() {
    assertThat(
            told(
                "{\"type\":\"permit\","
                    + actors("Organization/h")
                    + ",\"provision\":[{\"type\":\"permit\","
                    + TREAT
                    + ",\"class\":[{\"system\":\"http://hl7.org/fhir/resource-types\",\"code\":\"Observation\"}],"
                    + "\"period\":{\"start\":\"2026-05-01T00:00:00Z\"}}]}"))
        .isEqualTo(
            "Consent/c permits Organization/h; for treatment (TREAT); class Observation; during"
                + " 2026-05-01T00:00:00Z to ever; "
                + UNTIL);
  }

  @Test
  @DisplayName("EXP-7 a scope is one line of ASCII, and short in a header, whatever its codes say")
  void hostileCodes() {
    String many =
        String.join(
            ",",
            IntStream.range(0, 60)
                .mapToObj(
                    i ->
                        "{\"system\":\"http://x.example/\\r\\nSet-Cookie: x\",\"code\":\"\u00e9 %02d\"}"
                            .formatted(i))
                .toList());
    String text =
        told(
            "{\"type\":\"deny\",\"provision\":[{\"type\":\"permit\",\"securityLabel\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"ETH\"},"
                + many
                + "]}]}");
    assertThat(text).hasSizeLessThanOrEqualTo(2000).matches("[ -~]*").contains("or 51 more");
    assertThat(text).endsWith(UNTIL);
    assertThat(GroundWords.cut(text, 100)).hasSize(100).endsWith("...");
    assertThat(GroundWords.cut(text.substring(0, 100), 100)).hasSize(100).doesNotEndWith("...");
  }

  @Test
  @DisplayName("EXP-7 of many grounds the headers tell as many as fit, an OperationOutcome all")
  void manyGrounds() {
    for (int count : List.of(PartTwoNotice.MOST_HEADERS, PartTwoNotice.MOST_HEADERS + 1)) {
      PartTwoNotice notice = new PartTwoNotice();
      for (int i = 0; i < count; i++) {
        notice.add(
            Set.of(new ByConsent(new ConsentResourceId("c" + i), Optional.empty())),
            "Bundle.entry[" + i + "]");
      }
      assertThat(notice.headers()).hasSize(PartTwoNotice.MOST_HEADERS);
      assertThat(notice.headers().contains("and 2 more"))
          .isEqualTo(count > PartTwoNotice.MOST_HEADERS);
      OperationOutcome outcome = new OperationOutcome();
      notice.tell(outcome);
      assertThat(outcome.getIssue()).hasSize(1 + count);
      assertThat(PartTwoNotice.untell(outcome)).isTrue();
      assertThat(outcome.getIssue()).isEmpty();
    }
  }

  @Test
  @DisplayName("EXP-7 what stands in for a consent is told by its name")
  void withoutConsent() {
    assertThat(GroundWords.of(new WithoutConsent(Rule.BREAK_GLASS))).contains("42 CFR 2.51");
    assertThat(GroundWords.of(new WithoutConsent(Rule.OPT_OUT))).startsWith("no consent");
    assertThat(GroundWords.of(new WithoutConsent(Rule.UNOWNED_SCOPE))).startsWith("no consent");
  }
}
