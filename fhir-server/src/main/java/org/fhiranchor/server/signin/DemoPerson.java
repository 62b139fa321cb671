package org.fhiranchor.server.signin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.demo.DemoToken;
import org.springframework.security.core.AuthenticatedPrincipal;
import org.springframework.security.core.Authentication;

/**
 * Somebody whom the sign-in page offers.
 *
 * @param id claim {@code sub}, and the logical id of their resource
 * @param fullName for people to read
 * @param label what they are, in one line
 * @param fhirUser their own resource, relative to the FHIR base
 * @param purposes codes of HL7's PurposeOfUse
 */
record DemoPerson(
    String id, String fullName, String label, DemoRole role, String fhirUser, List<String> purposes)
    implements AuthenticatedPrincipal, Serializable {
  private static final long serialVersionUID = 1L;

  DemoPerson {
    purposes = List.copyOf(purposes);
    DemoToken.requireKnown("purposes of " + id, purposes);
  }

  /** Who has signed in; empty for everybody else, the holder of a token among them. */
  static Optional<DemoPerson> of(Object authentication) {
    return authentication instanceof Authentication someone
            && someone.isAuthenticated()
            && someone.getPrincipal() instanceof DemoPerson person
        ? Optional.of(person)
        : Optional.empty();
  }

  /** What Spring calls a name; no part of the file. */
  @Override
  @JsonIgnore
  public String getName() {
    return id;
  }

  /** A label of one's own is in the language that it was written in. */
  String label(SignInLanguage language) {
    return SignInWords.label(label).map(known -> known.in(language)).orElse(label);
  }

  boolean isPatient() {
    return role == DemoRole.PATIENT;
  }
}
