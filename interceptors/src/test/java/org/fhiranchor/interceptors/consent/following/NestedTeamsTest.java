package org.fhiranchor.interceptors.consent.following;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fhiranchor.consent.compile.Compilation;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.compile.NamedResources.Members;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Teams inside of teams, as they are stored. */
final class NestedTeamsTest {
  private static final RunningServer SERVER = RunningServer.shared();

  private final DaoNamedResources named = SERVER.bean(DaoNamedResources.class);

  private static void team(String id, String... members) {
    String participants =
        Stream.of(members)
            .map("{\"member\":{\"reference\":\"%s\"}}"::formatted)
            .collect(Collectors.joining(",", ",\"participant\":[", "]"));
    store(id, "\"status\":\"active\"" + (members.length == 0 ? "" : participants));
  }

  private static void store(String id, String elements) {
    String json = "{\"resourceType\":\"CareTeam\",\"id\":\"%s\",%s}".formatted(id, elements);
    // As the server itself: of a client without a token nobody knows whether it may say so (W-4).
    CareTeam team = SERVER.fhir().newJsonParser().parseResource(CareTeam.class, json);
    SERVER
        .bean(DaoRegistry.class)
        .getResourceDao(CareTeam.class)
        .update(team, new SystemRequestDetails());
  }

  private static void person(String id) {
    String json = "{\"resourceType\":\"Practitioner\",\"id\":\"" + id + "\"}";
    assertThat(SERVER.fhir("PUT", "Practitioner/" + id, json).statusCode()).isBetween(200, 299);
  }

  /** A team with so many teams in a line below it, and a person in the innermost one. */
  private static String line(String name, int teams) {
    person("in-" + name);
    team(name + teams, "Practitioner/in-" + name);
    for (int i = teams - 1; i > 0; i--) {
      team(name + i, "CareTeam/" + name + (i + 1));
    }
    return "CareTeam/" + name + 1;
  }

  @Test
  @DisplayName("FOL-2 teams inside of teams are all remembered, to the bound, and known with it")
  void remembersAllOfThem() {
    Set<String> lookedAt = new HashSet<>();
    Members members = named.membersOf(line("deep-", DaoNamedResources.MAX_TEAMS), lookedAt::add);
    assertThat(members.known()).isTrue();
    assertThat(members.certain()).contains("Practitioner/in-deep-");
    assertThat(lookedAt)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, DaoNamedResources.MAX_TEAMS)
                .mapToObj(i -> "CareTeam/deep-" + i)
                .toList());
  }

  @Test
  @DisplayName("FOL-2 with one team more than the bound nobody knows who is in it")
  void knowsNothingPastTheBound() {
    String outermost = line("deeper-", DaoNamedResources.MAX_TEAMS + 1);
    Set<String> lookedAt = new HashSet<>();
    Members members = named.membersOf(outermost, lookedAt::add);
    assertThat(members.known()).isFalse();
    assertThat(lookedAt).hasSize(DaoNamedResources.MAX_TEAMS);
    CompiledConsent permit = compiled(outermost);
    assertThat(permit.ignored())
        .singleElement()
        .asString()
        .contains("Consent.provision.actor[0].reference", "holds more teams than are looked at");
    assertThat(permit.dependsOn()).contains(outermost, "CareTeam/deeper-32");
    team("deeper-5", "CareTeam/deeper-7");
    assertThat(named.membersOf(outermost).certain()).contains("Practitioner/in-deeper-");
    assertThat(compiled(outermost).ignored()).isEmpty();
  }

  @Test
  @DisplayName("FOL-2 a ring of teams ends, and a deleted team inside of one is remembered")
  void remembersRingsAndMissing() {
    person("ringed");
    team("ring-b");
    team("lost");
    team("ring-a", "CareTeam/ring-b", "Practitioner/ringed");
    team("ring-b", "CareTeam/ring-a");
    Set<String> lookedAt = new HashSet<>();
    Members ring = named.membersOf("CareTeam/ring-a", lookedAt::add);
    assertThat(ring.known()).isTrue();
    assertThat(ring.certain()).contains("Practitioner/ringed");
    assertThat(lookedAt).containsExactlyInAnyOrder("CareTeam/ring-a", "CareTeam/ring-b");
    assertThat(SERVER.fhir("DELETE", "CareTeam/lost", "").statusCode()).isBetween(200, 299);
    lookedAt.clear();
    assertThat(named.membersOf("CareTeam/lost", lookedAt::add)).isEqualTo(Members.unknown());
    assertThat(lookedAt).containsExactly("CareTeam/lost");
  }

  private static String member(String who, String period) {
    return "\"participant\":[{\"member\":{\"reference\":\"%s\"}%s}]"
        .formatted(who, period.isEmpty() ? "" : ",\"period\":" + period);
  }

  private Members stored(String elements) {
    person("timed");
    store("timed", elements);
    return named.membersOf("CareTeam/timed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"status\":\"proposed\"",
        "\"status\":\"suspended\"",
        "\"status\":\"inactive\"",
        "\"status\":\"entered-in-error\"",
        "\"status\":\"active\",\"modifierExtension\":[{\"url\":\"urn:m\",\"valueBoolean\":true}]",
        "\"period\":{\"end\":\"2020-01\"}",
        "\"period\":{\"start\":\"2090\"}",
        "\"period\":{\"extension\":[{\"url\":\"urn:p\",\"valueString\":\"Mondays\"}]}"
      })
  @DisplayName("DEC-4 of a team that is not, or is in doubt, a deny counts the members, no permit")
  void countsNobodyOfWhatIsNoTeamNow(String elements) {
    Members members = stored(elements + "," + member("Practitioner/timed", ""));
    assertThat(members.known()).isTrue();
    assertThat(members.possible()).containsExactly("Practitioner/timed");
    assertThat(members.certain()).isEmpty();
    assertThat(members.during().values().stream().flatMap(Set::stream))
        .noneMatch(span -> span.contains(System.currentTimeMillis()));
  }

  @Test
  @DisplayName("DEC-4 a team without a status, and an active one, have members whatever the hour")
  void countsActiveTeams() {
    assertThat(stored(member("Practitioner/timed", "")).certain())
        .containsExactly("Practitioner/timed");
    assertThat(stored("\"status\":\"active\"," + member("Practitioner/timed", "")).during())
        .isEmpty();
  }

  @Test
  @DisplayName("DEC-4 somebody is in a team inside of a team while both and both memberships last")
  void countsMembersWhileAllLasts() {
    person("timed");
    store(
        "timed-in",
        "\"period\":{\"start\":\"2020-01-01T00:00:00Z\"},"
            + member("Practitioner/timed", "{\"end\":\"2029-12-31T23:59:59Z\"}"));
    store(
        "timed-out",
        "\"participant\":["
            + "{\"member\":{\"reference\":\"CareTeam/timed-in\"},\"period\":{\"end\":\"2021-12-31T23:59:59Z\"}},"
            + "{\"member\":{\"reference\":\"CareTeam/timed-in\"},\"period\":{\"start\":\"2025-01-01T00:00:00Z\"}}]");
    Members members = named.membersOf("CareTeam/timed-out");
    assertThat(members.certain()).isEmpty();
    assertThat(members.during().get("Practitioner/timed"))
        .containsExactlyInAnyOrder(
            span("2020-01-01T00:00:00Z", "2022-01-01T00:00:00Z"),
            span("2025-01-01T00:00:00Z", "2030-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({"actual, false", "active, true", "inactive, true"})
  @DisplayName("DEC-5 a value of a Group that is not there hinders nobody, and makes no member")
  void hollowGroups(String hollow, boolean known) {
    person("grouped");
    Group group = new Group().setType(Group.GroupType.PERSON).setActual(true).setActive(true);
    group.setId("hollow");
    group.addMember().setEntity(new Reference("Practitioner/grouped")).setInactive(false);
    BooleanType value =
        switch (hollow) {
          case "actual" -> group.getActualElement();
          case "active" -> group.getActiveElement();
          default -> group.getMemberFirstRep().getInactiveElement();
        };
    value.setValue(null);
    value.addExtension("urn:x", new StringType("none"));
    SERVER
        .bean(DaoRegistry.class)
        .getResourceDao(Group.class)
        .update(group, new SystemRequestDetails());
    Set<String> lookedAt = new HashSet<>();
    Members members = named.membersOf("Group/hollow", lookedAt::add);
    assertThat(members.known()).isEqualTo(known);
    assertThat(members.certain()).isEmpty();
    assertThat(members.possible().contains("Practitioner/grouped")).isEqualTo(known);
    assertThat(lookedAt).containsExactly("Group/hollow");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "CareTeam; 'participant':[{'member':{'reference':'Practitioner/seen'}}]; false",
        "CareTeam;"
            + " 'participant':[{'member':{'reference':'Practitioner/seen'}},{'member':{'identifier':{'system':'urn:npi','value':'1'}}}];"
            + " true",
        "CareTeam; 'participant':[{'member':{'display':'Dr D'}}]; true",
        "CareTeam;"
            + " 'contained':[{'resourceType':'Practitioner','id':'c'}],'participant':[{'member':{'reference':'#c'}}];"
            + " true",
        "CareTeam; 'participant':[{'role':[{'text':'nurse'}]}]; true",
        "CareTeam; 'participant':[{'member':{'reference':'CareTeam/with-unseen'}}]; true",
        "CareTeam; 'name':'empty'; false",
        "Group;"
            + " 'actual':true,'member':[{'entity':{'reference':'Practitioner/seen'},'inactive':true}];"
            + " false",
        "Group; 'actual':true,'member':[{'entity':{'display':'Dr D'}}]; true",
        "Group; 'actual':true,'member':[{'entity':{'identifier':{'value':'1'}}}]; true",
        "Group; 'actual':true,'quantity':2,'member':[{'entity':{'reference':'Practitioner/seen'}}];"
            + " true",
        "Group;"
            + " 'actual':true,'characteristic':[{'code':{'text':'x'},'valueBoolean':true,'exclude':false}];"
            + " true",
        "Group; 'actual':true,'member':[{'entity':{'reference':'Group/defined'}}]; true"
      })
  @DisplayName("DENY-1 a deny counts everybody where a member cannot be made out, no permit does")
  void membersWhoCannotBeMadeOut(String type, String elements, boolean others) {
    person("seen");
    store("with-unseen", "\"participant\":[{\"member\":{\"display\":\"Dr D\"}}]");
    put("Group", "defined", "'type':'practitioner','actual':false");
    put(type, "unseen", (type.equals("Group") ? "'type':'practitioner'," : "") + elements);
    Members members = named.membersOf(type + "/unseen");
    assertThat(members.known()).isTrue();
    assertThat(members.others()).isEqualTo(others);
    assertThat(members.possible().contains("Practitioner/seen"))
        .isEqualTo(elements.contains("Practitioner/seen"));
    assertThat(members.certain().contains("Practitioner/seen"))
        .isEqualTo(elements.contains("Practitioner/seen") && !elements.contains("inactive"));
  }

  @Test
  @DisplayName("DENY-1 a role that names its practitioner by an identifier is somebody's")
  void rolesOfSomebody() {
    person("holder");
    put("PractitionerRole", "held", "'practitioner':{'reference':'Practitioner/holder'}");
    put("PractitionerRole", "vacant", "'active':true");
    put("PractitionerRole", "somebodys", "'practitioner':{'identifier':{'value':'7'}}");
    assertThat(named.isSomebodys("PractitionerRole/held")).isFalse();
    assertThat(named.isSomebodys("PractitionerRole/vacant")).isFalse();
    assertThat(named.isSomebodys("PractitionerRole/somebodys")).isTrue();
  }

  private static void put(String type, String id, String elements) {
    String json =
        "{'resourceType':'%s','id':'%s',%s}".formatted(type, id, elements).replace('\'', '"');
    @SuppressWarnings("unchecked") // as HAPI declares it
    IFhirResourceDao<IBaseResource> dao = SERVER.bean(DaoRegistry.class).getResourceDao(type);
    dao.update(SERVER.fhir().newJsonParser().parseResource(json), new SystemRequestDetails());
  }

  private static TimeSpan span(String from, String until) {
    return new TimeSpan(Instant.parse(from).toEpochMilli(), Instant.parse(until).toEpochMilli());
  }

  private CompiledConsent compiled(String team) {
    Consent consent = new Consent();
    consent.setId("Consent/teams");
    consent.setStatus(Consent.ConsentState.ACTIVE);
    consent
        .getScope()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/consentscope")
        .setCode("patient-privacy");
    consent.setPatient(new Reference("Patient/teams"));
    consent.getProvision().setType(Consent.ConsentProvisionType.PERMIT);
    consent
        .getProvision()
        .addActor()
        .setReference(new Reference(team))
        .getRole()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/v3-ParticipationType")
        .setCode("IRCP");
    Compilation compilation =
        new ConsentCompiler(new LocalReferences(List.of()), ZoneOffset.UTC, named)
            .compile(consent, Optional.empty(), LedgerStanding.NOT_THERE);
    return ((Compilation.Ready) compilation).consent();
  }
}
