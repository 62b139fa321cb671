package org.fhiranchor.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.demo.DemoToken;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;

/**
 * Who speaks to the server: a loader writes, each patient reads what is theirs, with tokens of the
 * demo issuer as {@code make token} prints them. None where the server asks nobody who they are.
 */
final class Tokens {
  private final Optional<EmbeddedIssuer> issuer;
  private final Map<Version, String> patients = new HashMap<>();
  private final Map<String, String> minted = new HashMap<>();

  private Tokens(Optional<EmbeddedIssuer> issuer) {
    this.issuer = issuer;
  }

  /** Of the issuer whose key lies in this data folder, if there is one. */
  static Tokens of(Path data) {
    boolean asked = Files.exists(data.resolve("issuer/signing-key.json"));
    return new Tokens(
        asked ? Optional.of(EmbeddedIssuer.start(data, Clock.systemUTC())) : Optional.empty());
  }

  Optional<String> loader() {
    return issuer.map(by -> by.mint(DemoToken.of(DemoRole.LOADER)));
  }

  /** Notes whose it is. */
  void belongs(Version version, String patient) {
    patients.put(version, patient);
  }

  /** Of somebody who may read this version: its patient, or the loader where it is nobody's. */
  Optional<String> reader(Version version) {
    Optional<String> patient = Optional.ofNullable(patients.get(version));
    return patient.isEmpty()
        ? loader()
        : issuer.map(
            by -> minted.computeIfAbsent(patient.get(), id -> by.mint(DemoToken.patient(id))));
  }
}
