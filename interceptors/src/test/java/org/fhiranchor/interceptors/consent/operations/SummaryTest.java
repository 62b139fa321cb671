package org.fhiranchor.interceptors.consent.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ca.uhn.fhir.context.FhirContext;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.Preparation;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.Consent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SummaryTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final Address KEY = new Address("0x00000000000000000000000000000000000000aa");
  private static final String ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

  private static String summary(String members) {
    return summary(members, "patient-privacy");
  }

  private static String summary(String members, String scope) {
    Consent consent =
        FHIR.newJsonParser()
            .parseResource(
                Consent.class,
                """
                {"resourceType":"Consent","id":"c","status":"active","patient":{"reference":"Patient/p"},
                 "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
                  "code":"%s"}]}, %s}
                """
                    .formatted(scope, members));
    List<String> unclear =
        new ConsentCompiler(
                new LocalReferences(List.of()), ZoneOffset.UTC, NamedResources.NOTHING_KNOWN)
            .notUnderstood(consent);
    return Summary.of(
        consent,
        new Preparation(KEY, Digest.sha256(new byte[] {1}), ConsentPeriod.ALWAYS, 1),
        new ConsentDomain(new ChainId(1), KEY),
        unclear);
  }

  @Test
  @DisplayName("DENY-5 the summary names each provision with its references and codes")
  void namesWhatNarrowsAndWhatWidens() {
    String text =
        summary(
            """
            "provision":{"type":"permit","securityLabel":[{"system":"urn:l","code":"N","display":"normal"}],
             "provision":[{"type":"permit","actor":[{"reference":{"reference":"Practitioner/dr","display":"Dr A"}}],
              "data":[{"meaning":"related","reference":{"reference":"Encounter/e"}}]},
              {"type":"deny","dataPeriod":{"start":"2022","end":"2023"}}]}
            """);
    assertThat(text)
        .contains(
            "- Consent.provision permits: anybody; for any purpose; labelled urn:l|N (\"normal\").",
            "- Consent.provision.provision[0] permits: to Practitioner/dr (\"Dr A\")",
            "data related Encounter/e",
            "- Consent.provision.provision[1] denies: anybody; for any purpose; data of 2022 to"
                + " 2023.");
  }

  @Test
  @DisplayName("DENY-5 the summary says which labels a deny covers besides those that it names")
  void namesTheLabelsBelow() {
    assertThat(
            summary(
                """
                "provision":{"type":"deny","securityLabel":[{"system":"%s","code":"ETH"}]}
                """
                    .formatted(ACT)))
        .contains(
            "labelled alcohol or drug abuse (ETH)",
            "the labels below too: ETHUD or OPIOIDUD or SUD");
  }

  @Test
  @DisplayName("DENY-5 the summary names what is not understood before anybody signs")
  void namesWhatIsNotUnderstood() {
    assertThat(
            summary(
                """
                "verification":[{"verified":false}],
                "provision":{"type":"deny","provision":[{"type":"permit","code":[{"coding":[
                 {"system":"urn:oid:2.16.840.1.113883.3.1937.777.24.5.3","code":"8"}]}]}]}
                """))
        .contains(
            "Verified: no.",
            "- Consent.verification: not verified: it permits nothing",
            "- Consent.provision.provision[0].code: a policy, not what data are about:"
                + " urn:oid:2.16.840.1.113883.3.1937.777.24.5.3|8");
    assertThat(summary("\"provision\":{\"type\":\"permit\"}"))
        .contains("This server understands all of it.");
  }

  @Test
  @DisplayName(
      "DENY-5 a code that HL7 defines stands there in our words, under each of its spellings")
  void saysKnownCodesInWords() {
    String text =
        summary(
            """
            "policyRule":{"coding":[{"system":"%s","code":"OPTIN"}]},
            "provision":{"type":"permit","purpose":[
             {"system":"http://hl7.org/fhir/v3/ActReason","code":"TREAT","display":"marketing"},
             {"system":"urn:mine","code":"TREAT"}],
             "class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"}]}
            """
                .formatted(ACT));
    assertThat(text)
        .contains(
            "Scope: who may see the records (patient-privacy).",
            "Policy rule: the patient agrees (OPTIN).",
            "for treatment (TREAT) (\"marketing\") or urn:mine|TREAT; class Observation.");
  }

  @Test
  @DisplayName("DENY-5 where no provision has a type the policy rule says what is agreed to")
  void saysWhatThePolicyRuleDecides() {
    String rule = "\"policyRule\":{\"coding\":[{\"system\":\"%s\",\"code\":\"%s\"}]}";
    assertThat(summary(rule.formatted(ACT, "OPTIN")))
        .contains(
            "Policy rule: the patient agrees (OPTIN), and so Consent.provision, which has no type,"
                + " permits what stands there.",
            "anybody; for any purpose");
    assertThat(summary(rule.formatted(ACT, "OPTOUT")))
        .contains("the patient does not agree (OPTOUT), and so", "denies what stands there");
    assertThat(summary(rule.formatted(ACT, "NOCONSENT"))).contains("permits nothing.");
  }

  @Test
  @DisplayName("DENY-5 who holds the data is named, and that it says nothing about who reads")
  void namesWhoHoldsTheData() {
    assertThat(
            summary(
                """
                "provision":{"type":"permit","actor":[
                 {"role":{"coding":[{"code":"CST"}]},"reference":{"reference":"Organization/o"}},
                 {"role":{"coding":[{"code":"IRCP"}]},"reference":{"reference":"Practitioner/dr"}}]}
                """))
        .contains(
            "to Practitioner/dr as |IRCP",
            "held by Organization/o as |CST, which says nothing about who reads");
  }

  @Test
  @DisplayName("DENY-5 a display stands beside the reference and makes no lines of its own")
  void writesADisplayBesideTheReferenceOnOneLine() {
    String text =
        summary(
            """
            "provision":{"type":"permit","actor":[{"reference":{"reference":"Practitioner/evil",
             "display":"nobody\\".\\n- Consent.provision denies: \\"all"}}]}
            """);
    assertThat(text)
        .contains("to Practitioner/evil (\"nobody'. - Consent.provision denies: 'all\")")
        .doesNotContain("\n- Consent.provision denies");
  }

  private static final String CONFIDENTIALITY = "http://hl7.org/fhir/v3/Confidentiality";

  private static Stream<Arguments> minimalInputs() {
    return Stream.of(
        arguments(
            "what is related to a visit is denied",
            "\"provision\":{\"type\":\"permit\",\"provision\":[{\"type\":\"deny\",\"data\":[{\"meaning\":\"related\",\"reference\":{\"reference\":\"Encounter/e\"}}]}]}",
            List.of("provision[0] denies", "data related Encounter/e")),
        arguments(
            "R by STU3's URL",
            denied("{\"system\":\"%s\",\"code\":\"R\"}".formatted(CONFIDENTIALITY)),
            List.of("provision[0] denies", "labelled restricted (R)")),
        arguments(
            "R by OID",
            denied("{\"system\":\"urn:oid:2.16.840.1.113883.5.25\",\"code\":\"R\"}"),
            List.of("labelled restricted (R)")),
        arguments(
            "R with a slash at the end",
            denied(
                "{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality/\",\"code\":\"R\"}"),
            List.of("labelled restricted (R)")),
        arguments(
            "HIV by OID",
            denied("{\"system\":\"urn:oid:2.16.840.1.113883.5.4\",\"code\":\"HIV\"}"),
            List.of("labelled HIV or AIDS (HIV)")),
        arguments(
            "a LOINC code by OID",
            "\"provision\":{\"type\":\"permit\",\"provision\":[{\"type\":\"deny\",\"code\":[{\"coding\":[{\"system\":\"urn:oid:2.16.840.1.113883.6.1\",\"code\":\"8867-4\"}]}]}]}",
            List.of("provision[0] denies", "8867-4", "understands all of it")),
        arguments(
            "ETH, and ETHUD below it",
            denied("{\"system\":\"%s\",\"code\":\"ETH\"}".formatted(ACT)),
            List.of("(ETH)", "the labels below too: ETHUD")),
        arguments(
            "verified false",
            "\"verification\":[{\"verified\":false}],\"provision\":{\"type\":\"permit\"}",
            List.of("Verified: no.", "not verified: it permits nothing")),
        arguments(
            "N for all, R for one practitioner",
            "\"provision\":{\"type\":\"permit\",\"securityLabel\":[{\"system\":\"%s\",\"code\":\"N\"}],\"provision\":[{\"type\":\"permit\",\"securityLabel\":[{\"system\":\"%s\",\"code\":\"R\"}],\"actor\":[{\"reference\":{\"reference\":\"Practitioner/dr\"}}]}]}"
                .formatted(CONFIDENTIALITY, CONFIDENTIALITY),
            List.of("provision permits: anybody", "(N)", "permits: to Practitioner/dr", "(R)")),
        arguments(
            "a Group",
            "\"provision\":{\"type\":\"permit\",\"actor\":[{\"reference\":{\"reference\":\"Group/g\"}}]}",
            List.of("permits: to Group/g")),
        arguments(
            "OPTIN without type, a class below",
            "\"policyRule\":{\"coding\":[{\"system\":\"%s\",\"code\":\"OPTIN\"}]},\"provision\":{\"provision\":[{\"type\":\"permit\",\"class\":[{\"system\":\"http://hl7.org/fhir/resource-types\",\"code\":\"Observation\"}]}]}"
                .formatted(ACT),
            List.of("the patient agrees (OPTIN)", "does not say its type", "class Observation")),
        arguments(
            "a deny by dataPeriod",
            "\"provision\":{\"type\":\"permit\",\"provision\":[{\"type\":\"deny\",\"dataPeriod\":{\"start\":\"2020\",\"end\":\"2021\"}}]}",
            List.of("provision[0] denies", "data of 2020 to 2021")));
  }

  private static String denied(String label) {
    return "\"provision\":{\"type\":\"permit\",\"provision\":[{\"type\":\"deny\",\"securityLabel\":[%s]}]}"
        .formatted(label);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("minimalInputs")
  @DisplayName("DENY-5 $prepare names what narrows, what widens and what is not understood")
  void preparesEachMinimalInput(String what, String members, List<String> said) {
    assertThat(summary(members)).as(what).contains(said);
  }

  @Test
  @DisplayName(
      "DENY-3 DENY-5 the summary says that a scope permits for research or treatment alone")
  void namesWhatAScopeNarrows() {
    assertThat(ofScope("research")).contains("so it permits for research alone");
    assertThat(ofScope("treatment")).contains("so it permits for treatment alone");
    assertThat(ofScope("patient-privacy")).doesNotContain("alone");
  }

  private static String ofScope(String code) {
    return summary("\"provision\":{\"type\":\"permit\"}", code);
  }
}
