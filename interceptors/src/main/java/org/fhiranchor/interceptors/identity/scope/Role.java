package org.fhiranchor.interceptors.identity.scope;

import java.util.Optional;

/** Rights beside FHIR's own, each granted by one scope of this project. */
public enum Role {
  /** Reads provenance exports, accountings and explanations of decisions. */
  COMPLIANCE("anchor/compliance.read"),
  /** Registers signed consents and keys for patients. */
  REGISTRAR("anchor/registrar"),
  /** Runs the server: whole-store checks, reindexing, counts. */
  OPERATOR("anchor/operator");

  private final String scope;

  Role(String scope) {
    this.scope = scope;
  }

  /** The scope that grants this role. */
  public String scope() {
    return scope;
  }

  static Optional<Role> ofScope(String scope) {
    for (Role role : values()) {
      if (role.scope.equals(scope)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
