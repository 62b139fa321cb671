package org.fhiranchor.interceptors.identity;

import java.util.Set;
import org.fhiranchor.interceptors.identity.scope.Role;

/**
 * Who may write what a scope for its type is not enough for (W-4). Some types change how the server
 * itself works: an operator alone writes these. Others say whom a permit means: operators and
 * back-end services write these. Printed for people in docs/operate/identity.md.
 */
final class WriterNeeds {
  private static final Set<String> OPERATORS =
      Set.of(
          "CapabilityStatement",
          "CodeSystem",
          "CompartmentDefinition",
          "ConceptMap",
          "ImplementationGuide",
          "NamingSystem",
          "OperationDefinition",
          "SearchParameter",
          "StructureDefinition",
          "StructureMap",
          "TerminologyCapabilities",
          "ValueSet");

  private static final Set<String> OPERATORS_AND_SERVICES =
      Set.of("Group", "OrganizationAffiliation", "PractitionerRole");

  private WriterNeeds() {}

  /** What writing the type needs beside a scope for it. */
  static Need of(String type) {
    if (OPERATORS.contains(type)) {
      return Need.role(Role.OPERATOR);
    }
    return OPERATORS_AND_SERVICES.contains(type)
        ? Need.either(Need.role(Role.OPERATOR), new Need.BackEndService())
        : Need.validToken();
  }
}
