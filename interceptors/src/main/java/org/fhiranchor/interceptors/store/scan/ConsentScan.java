package org.fhiranchor.interceptors.store.scan;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.fhiranchor.consent.terms.ConsentTerms;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.Salt;
import org.jspecify.annotations.Nullable;

/**
 * What ties Consents to the ledger: each link held against the stored Consent and the leaves of its
 * patient. What the ledger itself says is {@link ConsentStateScan}'s.
 */
final class ConsentScan {
  private static final int MOST_BYTES = 64 << 20;

  private final Scanning scan;

  ConsentScan(Scanning scan) {
    this.scan = scan;
  }

  /** A row of {@code consent_link}. */
  @SuppressWarnings("ArrayRecordComponent")
  record Link(
      String consent,
      String patient,
      byte[] ledgerId,
      byte[] salt,
      @Nullable String grantor,
      byte[] terms,
      @Nullable String notBefore,
      @Nullable String notAfter) {
    static Link of(ResultSet row) throws SQLException {
      return new Link(
          row.getString("consent_id"),
          row.getString("patient"),
          LeafRow.bytes(row, "ledger_id"),
          LeafRow.bytes(row, "salt"),
          row.getString("grantor"),
          LeafRow.bytes(row, "terms_hash"),
          row.getString("not_before"),
          row.getString("not_after"));
    }

    String place() {
      return "consent_link of Consent/" + consent;
    }

    String ledgerIdHex() {
      return Bytes.of(ledgerId).hex();
    }
  }

  /** A stored version of a Consent: its patient, and what can be signed of it. */
  private record Version(Optional<String> patient, Optional<ConsentTerms> terms) {}

  /**
   * Compares the links of these patients.
   *
   * @return the links
   */
  List<Link> read(List<String> patients, Map<String, List<SubjectEvents.Event>> events) {
    List<Link> links =
        scan.jdbc()
            .query(
                "select l.* from unnest(cast(? as varchar array)) as k(id) join consent_link l on"
                    + " l.patient = k.id order by l.consent_id",
                VersionScan.arrays(new Object[][] {patients.toArray()}),
                (row, n) -> Link.of(row));
    Map<String, List<Version>> versions = versions(links);
    Map<String, Set<String>> keys = new HashMap<>();
    Map<String, Set<String>> linked = new HashMap<>();
    for (Link link : links) {
      linked.computeIfAbsent(link.patient(), none -> new HashSet<>()).add(link.consent());
      compare(
          link,
          versions.getOrDefault(link.consent(), List.of()),
          events.getOrDefault(link.patient(), List.of()),
          keys);
    }
    events.forEach((patient, all) -> missing(all, linked.getOrDefault(patient, Set.of())));
    return links;
  }

  private void missing(List<SubjectEvents.Event> events, Set<String> linked) {
    Set<String> named = new TreeSet<>();
    for (SubjectEvents.Event event : events) {
      if (event.statement() instanceof org.fhiranchor.merkle.Statement.ConsentEvent about) {
        named.add(about.consent().id());
      }
    }
    named.stream()
        .filter(consent -> !linked.contains(consent))
        .forEach(
            consent ->
                scan.found(
                    Kind.CONSENT_LINK, "consent_link of Consent/" + consent, "it is missing"));
  }

  private Map<String, List<Version>> versions(List<Link> links) {
    Map<String, List<Version>> versions = new HashMap<>();
    if (links.isEmpty()) {
      return versions;
    }
    scan.jdbc()
        .query(
            "select r.fhir_id, v.res_text_vc from unnest(cast(? as varchar array)) as k(id) join"
                + " hfj_resource r on r.res_type = 'Consent' and r.fhir_id = k.id join hfj_res_ver"
                + " v on v.res_id = r.res_id where v.res_text_vc is not null",
            VersionScan.arrays(new Object[][] {links.stream().map(Link::consent).toArray()}),
            row -> {
              versions
                  .computeIfAbsent(row.getString(1), none -> new ArrayList<>(1))
                  .add(version(row.getString(2)));
            });
    return versions;
  }

  private static Version version(String text) {
    try {
      JsonValue json =
          JsonValue.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), MOST_BYTES, 256);
      Optional<String> patient =
          json instanceof JsonValue.Obj consent
                  && consent.members().get("patient") instanceof JsonValue.Obj reference
                  && reference.members().get("reference") instanceof JsonValue.Str name
              ? Optional.of(name.text())
              : Optional.empty();
      return new Version(
          patient,
          Optional.of(ConsentTerms.of(text.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
    } catch (CanonicalFormException | IllegalArgumentException unreadable) {
      // The version has a finding of its own.
      return new Version(Optional.empty(), Optional.empty());
    }
  }

  private void compare(
      Link link,
      List<Version> versions,
      List<SubjectEvents.Event> events,
      Map<String, Set<String>> keys) {
    String place = link.place();
    if (versions.isEmpty()) {
      scan.found(Kind.CONSENT_LINK, place, "there is no such Consent");
      return;
    }
    if (versions.stream()
        .noneMatch(one -> one.patient().equals(Optional.of("Patient/" + link.patient())))) {
      scan.found(Kind.CONSENT_LINK, place, "no version of the Consent is of that patient");
    }
    for (SubjectEvents.Event event : events) {
      if (event.statement() instanceof org.fhiranchor.merkle.Statement.ConsentEvent about) {
        boolean same = about.consent().id().equals(link.consent());
        boolean sameId = event.fact("ledgerId").filter(link.ledgerIdHex()::equals).isPresent();
        if (same != sameId) {
          scan.found(Kind.CONSENT_LINK, place, "its ledger id is not that of its leaves");
        }
        event
            .fact("termsHash")
            .filter(terms -> same && !wasSaid(versions, link.salt(), terms))
            .ifPresent(
                terms ->
                    scan.found(
                        Kind.CONSENT_LINK,
                        place,
                        "with its salt no version has the granted terms"));
      }
    }
    prepared(link, versions, events, keys);
  }

  private static boolean wasSaid(List<Version> versions, byte[] salt, String hash) {
    return salt.length == Salt.LENGTH
        && versions.stream()
            .flatMap(one -> one.terms().stream())
            .anyMatch(terms -> terms.hash(Salt.of(salt)).hex().equals(hash));
  }

  private void prepared(
      Link link,
      List<Version> versions,
      List<SubjectEvents.Event> events,
      Map<String, Set<String>> keys) {
    String place = link.place();
    if (link.grantor() == null) {
      if (link.terms().length > 0 || link.notBefore() != null || link.notAfter() != null) {
        scan.found(Kind.CONSENT_LINK, place, "it was prepared for nobody");
      }
      return;
    }
    Set<String> known = keys.computeIfAbsent(link.patient(), none -> bound(events));
    if (!known.contains(link.grantor())) {
      scan.found(Kind.CONSENT_LINK, place, "its grantor was never the patient's key");
    }
    boolean said =
        link.terms().length == Digest.LENGTH
            && wasSaid(versions, link.salt(), Digest.of(link.terms()).hex());
    if (!said) {
      scan.found(Kind.CONSENT_LINK, place, "no version has the terms that were prepared");
    }
    granted(link, events);
  }

  private static Set<String> bound(List<SubjectEvents.Event> events) {
    Set<String> keys = new HashSet<>();
    events.forEach(
        event -> {
          if (event.statement() instanceof org.fhiranchor.merkle.Statement.KeyBinding binding) {
            keys.add(binding.key());
          }
        });
    return keys;
  }

  /** What was granted with these terms had this period. */
  private void granted(Link link, List<SubjectEvents.Event> events) {
    String terms = Bytes.of(link.terms()).hex().substring(2);
    for (SubjectEvents.Event event : events) {
      if (event.is("granted")
          && event.isAbout(VersionScan.word(link.grantor()), link.ledgerIdHex())
          && event.fact("termsHash").filter(terms::equals).isPresent()) {
        boolean same =
            Objects.equals(event.fact("notBefore").orElse(""), seconds(link.notBefore(), "0"))
                && Objects.equals(
                    event.fact("notAfter").orElse(""),
                    seconds(link.notAfter(), "18446744073709551615"));
        if (!same) {
          scan.found(Kind.CONSENT_LINK, link.place(), "its period is not the granted one");
        }
      }
    }
  }

  static String seconds(@Nullable String column, String unbounded) {
    return column == null ? unbounded : new java.math.BigDecimal(column).toBigInteger().toString();
  }
}
