package org.fhiranchor.interceptors.identity.demo;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whom the demo issuer can speak for, and the scopes it gives them. */
public enum DemoRole {
  /** Reads and writes clinical data as a user; whose data is up to the consents. */
  PRACTITIONER("user/*.cruds openid fhirUser"),
  /** Reads and writes their own data. */
  PATIENT("patient/*.cruds launch/patient openid fhirUser"),
  /** A back-end service that loads data; whose data it reads is up to the consents. */
  LOADER("system/*.cruds"),
  /** Reads accountings and provenance, no clinical data. */
  COMPLIANCE("anchor/compliance.read user/Provenance.rs user/AuditEvent.rs"),
  /** Registers patients, their consents and their keys. */
  REGISTRAR(
      "anchor/registrar user/Patient.crus user/RelatedPerson.crus user/Consent.cruds"
          + " user/DocumentReference.crs user/Organization.rs user/Practitioner.rs"
          + " user/PractitionerRole.rs"),
  /** Runs the server: whole-store checks and conformance resources, no clinical data. */
  OPERATOR(
      "anchor/operator system/SearchParameter.cruds system/StructureDefinition.cruds"
          + " system/ImplementationGuide.cruds system/CodeSystem.cruds system/ValueSet.cruds"
          + " system/ConceptMap.cruds system/NamingSystem.cruds system/Group.cruds"
          + " system/PractitionerRole.cruds system/OrganizationAffiliation.cruds"
          + " system/Subscription.rs");

  private final String scope;

  DemoRole(String scope) {
    this.scope = scope;
  }

  /** Value of the scope claim. */
  public String scope() {
    return scope;
  }

  static Optional<DemoRole> named(String name) {
    return Arrays.stream(values())
        .filter(role -> role.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst();
  }

  static String names() {
    return Arrays.stream(values())
        .map(role -> role.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("|"));
  }
}
