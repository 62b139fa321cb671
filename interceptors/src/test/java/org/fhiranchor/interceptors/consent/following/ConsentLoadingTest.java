package org.fhiranchor.interceptors.consent.following;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.consent.Followed;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

final class ConsentLoadingTest {
  private static final RunningServer SERVER = RunningServer.shared();
  private static final PatientId PATIENT = new PatientId("loading");
  private static final ConsentResourceId GRANTED = new ConsentResourceId("loading-1");

  private static final Address ADDRESS = new Address("0x" + "7".repeat(40));

  private final ConsentIndex index = new ConsentIndex();

  @BeforeAll
  static void store() {
    for (int i = 0; i < 4; i++) {
      assertThat(SERVER.fhir("PUT", "Consent/loading-" + i, consent(i)).statusCode())
          .isBetween(200, 299);
    }
    assertThat(SERVER.fhir("DELETE", "Consent/loading-2", "").statusCode()).isBetween(200, 299);
    grant(SERVER.bean(ConsentLinks.class).open(GRANTED, PATIENT));
  }

  /** A row of the ledger's copy as the follower would have made it, in block 7. */
  private static void grant(ConsentLink link) {
    SubjectKey key = new SubjectKey(ADDRESS, Optional.empty(), 6, Optional.empty());
    assertThat(SERVER.bean(SubjectKeys.class).bind(PATIENT, key, 0)).isTrue();
    new JdbcTemplate(SERVER.bean(DataSource.class))
        .update(
            "insert into consent_state (grantor, ledger_id, terms_hash, grant_block, revoked,"
                + " revision) values (?,?,?,7,false,0)",
            ADDRESS.hex(),
            link.ledgerId().value().bytes(),
            new byte[32]);
    journal(link, Digest.of(new byte[32]));
  }

  private static void journal(ConsentLink link, Digest terms) {
    SERVER
        .bean(ConsentJournal.class)
        .granted(
            link,
            new ConsentChange.Granted(
                new ConsentKey(ADDRESS, link.ledgerId()),
                terms,
                ConsentPeriod.ALWAYS,
                1,
                new ConsentChange.Place(
                    new BlockRef(7, Digest.sha256(new byte[0])),
                    0,
                    new TransactionHash(Digest.sha256(new byte[0])))));
  }

  private static String consent(int i) {
    return """
    {"resourceType":"Consent","id":"loading-%d","status":"active",
     "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
     "code":"patient-privacy"}]},"category":[{"text":"privacy"}],
     "patient":{"reference":"Patient/loading"},"policyRule":{"text":"any"},
     "provision":{"type":"deny"}}
    """
        .formatted(i);
  }

  @Test
  @DisplayName("DEC-8 every stored Consent is loaded, with its standing, and no deleted one")
  void loadsAll() {
    ConsentIndexLoader loader = loader(SERVER.bean(ConsentLinks.class));
    loader.loadAll();
    assertThat(index.isComplete()).as("what was written meanwhile is not heard yet").isFalse();
    loader.heard(Instant.now());
    assertThat(index.isComplete()).isTrue();
    assertThat(index.of(PATIENT))
        .extracting(consent -> consent.id().value())
        .containsExactlyInAnyOrder("loading-0", "loading-1", "loading-3");
    assertThat(granted().keyBound()).isTrue();
    assertThat(index.find(new ConsentResourceId("loading-0")).map(CompiledConsent::standing))
        .contains(LedgerStanding.NOT_THERE);
  }

  @Test
  @DisplayName("CG-1 a loaded Consent has the terms that were signed, as written and as stored")
  void termsAsGranted() {
    Digest written = termsAsRead();
    loader(SERVER.bean(ConsentLinks.class)).loadAll();
    assertThat(index.find(GRANTED).orElseThrow().storedTerms()).contains(written);
    grantTerms(written);
    loader(SERVER.bean(ConsentLinks.class)).loadAll();
    assertThat(index.find(GRANTED).orElseThrow().storedTerms()).contains(granted().termsHash());
  }

  @Test
  @DisplayName(
      "FOL-3 a Consent whose stored text was edited permits nothing, and denies everything")
  void editedText() {
    grantTerms(termsAsRead());
    edit("\"deny\"", "\"permit\"");
    try {
      loader(SERVER.bean(ConsentLinks.class)).loadAll();
      assertThat(index.find(GRANTED).orElseThrow().standing())
          .isEqualTo(LedgerStanding.UNCONFIRMED);
      assertThat(index.find(GRANTED).orElseThrow().patient()).isEqualTo(PATIENT);
      assertThat(SERVER.bean(EditedRows.class).named())
          .contains(
              "Consent/loading-1: what is stored of it is not its newest leaf's, write it anew");
    } finally {
      edit("\"permit\"", "\"deny\"");
    }
    loader(SERVER.bean(ConsentLinks.class)).loadAll();
    assertThat(granted().keyBound()).isTrue();
    assertThat(SERVER.bean(EditedRows.class).named()).noneMatch(name -> name.contains("loading-1"));
  }

  @Test
  @DisplayName("DEC-8 Consents are loaded from their stored text, deleted ones left out")
  void loadsFromText() {
    StoredConsents stored = SERVER.bean(StoredConsents.class);
    assertThat(stored.load(stored.all(), unreadable -> fail("unreadable")))
        .allSatisfy(one -> assertThat(one.text()).isPresent())
        .extracting(one -> one.consent().getIdPart())
        .contains("loading-0", "loading-1", "loading-3")
        .doesNotContain("loading-2");
  }

  private static Digest termsAsRead() {
    StoredConsents stored = SERVER.bean(StoredConsents.class);
    ConsentLink link = SERVER.bean(ConsentLinks.class).find(GRANTED).orElseThrow();
    return stored.terms(stored.read(GRANTED).orElseThrow()).orElseThrow().hash(link.salt());
  }

  private static void grantTerms(Digest terms) {
    ConsentLink link = SERVER.bean(ConsentLinks.class).find(GRANTED).orElseThrow();
    new JdbcTemplate(SERVER.bean(DataSource.class))
        .update(
            "update consent_state set terms_hash = ? where ledger_id = ?",
            terms.bytes(),
            link.ledgerId().value().bytes());
    journal(link, terms);
  }

  private static void edit(String from, String to) {
    int rows =
        new JdbcTemplate(SERVER.bean(DataSource.class))
            .update(
                "update hfj_res_ver set res_text_vc = replace(res_text_vc, ?, ?) where res_id ="
                    + " (select res_id from hfj_resource where fhir_id = ?)",
                from,
                to,
                GRANTED.value());
    assertThat(rows).isEqualTo(1);
  }

  @Test
  @DisplayName("CG-5 a loaded grant becomes final with its block, not with the one before")
  void becomesFinal() {
    ConsentIndexLoader loader = loader(SERVER.bean(ConsentLinks.class));
    loader.loadAll();
    assertThat(granted().isFinal()).isFalse();
    loader.followed(followed(6));
    assertThat(granted().isFinal()).isFalse();
    loader.followed(followed(7));
    assertThat(granted().isFinal()).isTrue();
  }

  @Test
  @DisplayName("DEC-8 loading that fails leaves the index incomplete and the ledger unfollowed")
  void failsClosed() {
    ConsentIndexLoader loader = loader(new LinksThatFail(SERVER.bean(ConsentLinks.class)));
    assertThatThrownBy(loader::loadAll).hasMessageContaining("load stored consents");
    loader.heard(Instant.now());
    assertThat(index.isComplete()).isFalse();
    assertThat(index.ledger()).isEqualTo(LedgerView.NONE);
  }

  private LedgerStanding.Granted granted() {
    return (LedgerStanding.Granted) index.find(GRANTED).orElseThrow().standing();
  }

  private static Followed followed(long finalBlock) {
    return new Followed(
        new BlockRef(9, Digest.sha256(new byte[0])),
        finalBlock,
        Instant.parse("2024-06-01T12:00:00Z"));
  }

  private ConsentIndexLoader loader(ConsentLinks links) {
    return new ConsentIndexLoader(
        SERVER.bean(StoredConsents.class),
        links,
        SERVER.bean(LedgerStandings.class),
        new ConsentCompiler(
            new LocalReferences(List.of()), ZoneOffset.UTC, NamedResources.NOTHING_KNOWN),
        index,
        SERVER.bean(ConsentEvidence.class));
  }
}
