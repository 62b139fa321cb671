package org.fhiranchor.consent.compile;

import java.util.Set;
import org.fhiranchor.consent.facts.Codes;
import org.hl7.fhir.r4.model.CodeableConcept;

/** What the roles of actors in a provision say about who reads. */
public final class ActorRoles {
  /** Roles that say "this one has the data": they say nothing about who reads (DENY-4). */
  private static final Set<String> HOLDERS = Set.of("CST", "HLD", "custodian", "110153");

  /** Roles that say "this one receives". A custodian or an author is somebody else. */
  private static final Set<String> RECEIVERS =
      Set.of(
          "PRCP",
          "IRCP",
          "RCV",
          "REFT",
          "GRANTEE",
          "DELEGATEE",
          "AGNT",
          "ASSIGNED",
          "CAREGIVER",
          "PROV",
          "PCP",
          "NOK",
          "GUARD",
          "RESPRSN",
          "DPOWATT",
          "HPOWATT",
          "SPOWATT",
          "POWATT",
          "EXCEST",
          "GUADLTM",
          "humanuser",
          "dataprocessor",
          "datacollector",
          "grantee",
          "delegatee",
          "110150",
          "110152");

  private ActorRoles() {}

  /** An absent role is read as a receiver's: the reference says who. */
  static boolean receives(CodeableConcept role) {
    return role.isEmpty() || hasOneOf(RECEIVERS, role);
  }

  /** Whether the role is that of somebody who has the data, and not of a receiver as well. */
  public static boolean isHolder(CodeableConcept role) {
    return hasOneOf(HOLDERS, role) && !hasOneOf(RECEIVERS, role);
  }

  private static boolean hasOneOf(Set<String> codes, CodeableConcept role) {
    return role.getCoding().stream().anyMatch(c -> codes.contains(Codes.of(c).code()));
  }
}
