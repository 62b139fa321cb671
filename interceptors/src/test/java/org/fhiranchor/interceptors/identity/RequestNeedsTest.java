package org.fhiranchor.interceptors.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.util.UrlUtil;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestNeedsTest {
  private static RequestFacts facts(
      RestOperationTypeEnum interaction, String type, String operation, String query) {
    return new RequestFacts(
        Optional.of(interaction),
        type,
        Optional.empty(),
        Optional.empty(),
        Optional.of(operation).filter(name -> !name.isEmpty()),
        Optional.empty(),
        false,
        UrlUtil.parseQueryString(query),
        Optional.empty());
  }

  private static RequestFacts write(
      RestOperationTypeEnum interaction, String type, String condition) {
    return RequestFacts.write(interaction, type, Optional.empty(), condition, Optional.empty());
  }

  private static boolean met(RequestFacts facts, String scopes) {
    return RequestNeeds.of(facts).metBy(Requesters.with(scopes));
  }

  @ParameterizedTest(name = "{0} is permitted by {1}, not by {2}")
  @CsvSource({
    "READ,             user/Observation.r,  user/Observation.cuds",
    "VREAD,            user/Observation.r,  user/Observation.cuds",
    "HISTORY_INSTANCE, user/Observation.r,  user/Observation.cuds",
    "HISTORY_TYPE,     user/Observation.rs, user/Observation.r",
    "HISTORY_SYSTEM,   user/*.rs,           user/Observation.cruds",
    "SEARCH_TYPE,      user/Observation.s,  user/Observation.crud",
    "CREATE,           user/Observation.c,  user/Observation.ruds",
    "UPDATE,           user/Observation.u,  user/Observation.crds",
    "PATCH,            user/Observation.u,  user/Observation.crds",
    "DELETE,           user/Observation.d,  user/Observation.crus",
    "META_ADD,         user/Observation.u,  user/Observation.crds",
    "VALIDATE,         user/Observation.r,  user/Observation.cuds",
    "GRAPHQL_REQUEST,  user/*.rs,           user/Observation.rs",
    "GET_PAGE,         user/Observation.s,  user/Observation.crud",
  })
  void eachInteractionNeedsItsLetter(RestOperationTypeEnum interaction, String yes, String no) {
    RequestFacts facts = facts(interaction, "Observation", "", "");
    assertThat(met(facts, yes)).isTrue();
    assertThat(met(facts, no)).isFalse();
    assertThat(met(facts, "anchor/compliance.read anchor/registrar anchor/operator")).isFalse();
  }

  @ParameterizedTest(name = "a {0} is written with {1}, not with {2}")
  @DisplayName("W-4 some types need more than a scope for them")
  @CsvSource({
    "SearchParameter,         anchor/operator user/*.cruds,   system/*.cruds",
    "StructureDefinition,     anchor/operator system/*.cruds, user/*.cruds",
    "CodeSystem,              anchor/operator user/*.cruds,   anchor/operator user/*.rs",
    "ValueSet,                anchor/operator user/*.cruds,   anchor/registrar user/*.cruds",
    "Group,                   system/*.cruds,                 user/*.cruds",
    "PractitionerRole,        system/PractitionerRole.cruds,  system/PractitionerRole.cruds"
        + " user/*.rs",
    "OrganizationAffiliation, anchor/operator user/*.cruds,   user/*.cruds",
    "Organization,            user/*.cruds,                   anchor/operator",
  })
  void someTypesNeedMore(String type, String yes, String no) {
    for (RestOperationTypeEnum interaction :
        List.of(
            RestOperationTypeEnum.CREATE,
            RestOperationTypeEnum.UPDATE,
            RestOperationTypeEnum.PATCH,
            RestOperationTypeEnum.DELETE)) {
      assertThat(met(write(interaction, type, ""), yes)).isTrue();
      assertThat(met(write(interaction, type, ""), no)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(RestOperationTypeEnum.class)
  void noInteractionIsLeftToChance(RestOperationTypeEnum interaction) {
    boolean anybody =
        interaction == RestOperationTypeEnum.METADATA
            || interaction == RestOperationTypeEnum.TRANSACTION
            || interaction == RestOperationTypeEnum.BATCH;
    assertThat(met(facts(interaction, "Observation", "", ""), "openid")).isEqualTo(anybody);
  }

  @ParameterizedTest(name = "{0} on {1} is permitted by {2}, not by {3}")
  @CsvSource({
    "$everything,        Patient,     user/Patient.rs,          user/Patient.r",
    "$everything,        Patient,     user/*.rs,                user/Observation.cruds",
    "$lastn,             Observation, user/Observation.rs,      user/Observation.r",
    "$meta,              Observation, user/Observation.r,       user/Observation.cuds",
    "$meta-add,          Observation, user/Observation.u,       user/Observation.crds",
    "$diff,              *,           user/*.r,                 user/Observation.cruds",
    "$document,          Composition, user/*.r,                 user/Composition.cruds",
    "$graphql,           *,           user/*.rs,                user/Patient.rs",
    "$export,            *,           system/*.rs,              user/*.cruds",
    "$export,            Patient,     system/*.rs,              system/Patient.cruds",
    "$reindex,           *,           anchor/operator,          system/*.cruds",
    "$proof,             Observation, user/Observation.r,       user/Observation.cuds",
    "$verify-store,      *,           anchor/compliance.read,   system/*.cruds",
    "$grant,             Consent,     user/Consent.u,           user/Consent.rs",
    "$disclosures,       Patient,     anchor/compliance.read,   user/Observation.rs",
    "$export-provenance, *,           anchor/compliance.read,   system/*.cruds",
    "$replay,            *,           anchor/compliance.read,   anchor/operator",
    "$replay,            Patient,     anchor/compliance.read,   user/*.cruds",
  })
  void eachOperationHasItsScopes(String operation, String type, String yes, String no) {
    RequestFacts facts =
        facts(RestOperationTypeEnum.EXTENDED_OPERATION_SERVER, type, operation, "");
    assertThat(met(facts, yes)).isTrue();
    assertThat(met(facts, no)).isFalse();
  }

  @ParameterizedTest(name = "{0} of {1}: a narrowed scope is enough: {2}")
  @DisplayName("SIGN-5 a narrowed scope is enough where one resource is decided about")
  @CsvSource({
    "$meta, Observation, true",
    "$proof, Observation, true",
    "$verify, Observation, true",
    "$binary-access-read, Observation, true",
    "$diff, Observation, false",
    "$lastn, Observation, false",
    "$meta-add, Observation, false",
    "$expand, Observation, false",
    "$lookup, Observation, false",
    "$grant, Observation, false",
    "$prepare, Observation, false",
    "$disclosures, Observation, false",
    "'', Observation, true",
  })
  void narrowedScopesAndOperations(String operation, String type, boolean enough) {
    RequestFacts facts =
        operation.isEmpty()
            ? facts(RestOperationTypeEnum.READ, type, "", "")
            : facts(RestOperationTypeEnum.EXTENDED_OPERATION_SERVER, type, operation, "");
    assertThat(met(facts, "user/Observation.cruds?code=x")).isEqualTo(enough);
    assertThat(met(facts, "user/Observation.cruds?code=x user/Observation.cruds"))
        .isEqualTo(met(facts, "user/Observation.cruds"));
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 a narrowed scope makes no condition of a write")
  @EnumSource(names = {"CREATE", "UPDATE", "PATCH", "DELETE"})
  void narrowedScopesAndConditions(RestOperationTypeEnum interaction) {
    String narrowed = "system/Observation.cruds?code=x";
    assertThat(met(write(interaction, "Observation", ""), narrowed)).isTrue();
    assertThat(met(write(interaction, "Observation", "?identifier=x"), narrowed)).isFalse();
    assertThat(
            met(
                write(interaction, "Observation", "?identifier=x"),
                narrowed + " system/Observation.s"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"$expunge", "$import", "$merge", "$hapi.fhir.bulk-patch", "$no-such-operation"})
  void anOperationThatNobodyDecidedAboutIsRefusedToEverybody(String operation) {
    RequestFacts facts = facts(RestOperationTypeEnum.EXTENDED_OPERATION_SERVER, "*", operation, "");
    String everything =
        "system/*.cruds user/*.cruds anchor/operator anchor/registrar anchor/compliance.read";
    assertThat(met(facts, everything)).isFalse();
    assertThat(RequestNeeds.of(facts)).isEqualTo(Need.undecided());
  }

  @ParameterizedTest(name = "Observation?{0} needs {1}")
  @CsvSource({
    "code=1,                                           user/Observation.s",
    "subject=Patient/1,                                user/Observation.s",
    "subject:Patient=1,                                user/Observation.s",
    "subject:Patient.name=x,                           user/Observation.s user/Patient.s",
    "patient.name=x,                                   user/Observation.s user/Patient.s",
    "subject.name=x,                                   user/*.s",
    "subject:Patient.organization:Organization.name=x, user/Observation.s user/Patient.s"
        + " user/Organization.s",
    "_has:Condition:encounter:code=x,                  user/Observation.s user/Condition.s",
    "_has:Group:member:_has:Condition:d:e=x,                    user/Observation.s user/Group.s"
        + " user/Condition.s",
    "patient._has:Condition:subject:code=x,             user/Observation.s user/Patient.s"
        + " user/Condition.s",
    "_revinclude=Provenance:target,                    user/Observation.s",
    "_revinclude:iterate=Provenance:target,            user/Observation.s",
    "_include=Observation:subject:Patient,             user/Observation.s",
    "_include=Observation:subject,                     user/Observation.s",
    "_sort=-subject:Patient.name,                      user/Observation.s user/Patient.s",
    "_revinclude=*,                                    user/Observation.s",
  })
  void aSearchThatTellsAboutOtherTypesNeedsTheRightToSearchThem(String query, String scopes) {
    RequestFacts facts = facts(RestOperationTypeEnum.SEARCH_TYPE, "Observation", "", query);
    assertThat(met(facts, scopes)).isTrue();
    for (String left : scopes.split(" ", -1)) {
      assertThat(met(facts, scopes.replace(left, ""))).as("without %s", left).isFalse();
    }
  }

  @Test
  void aWriteThatSearchesItsTargetNeedsTheRightToSearch() {
    RequestFacts update = write(RestOperationTypeEnum.UPDATE, "Patient", "?identifier=1");
    assertThat(met(update, "user/Patient.u")).isFalse();
    assertThat(met(update, "user/Patient.us")).isTrue();
    RequestFacts create =
        write(RestOperationTypeEnum.CREATE, "Observation", "subject:Patient.name=Bob");
    assertThat(met(create, "user/Observation.cs")).isFalse();
    assertThat(met(create, "user/Observation.cs user/Patient.s")).isTrue();
  }

  @Test
  void whatHapiHasNoNameForIsRefused() {
    assertThat(met(RequestFacts.unknown(), "system/*.cruds")).isFalse();
  }
}
