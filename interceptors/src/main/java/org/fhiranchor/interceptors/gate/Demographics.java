package org.fhiranchor.interceptors.gate;

import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Patient;

/**
 * What a registrar needs to know of a Patient to tell people apart, and may ask and write without a
 * consent. Everything else in a Patient is held to what the registrar may read (W-5).
 */
final class Demographics {
  private static final Set<String> PARAMETERS =
      Set.of(
          "_id",
          "active",
          "address",
          "address-city",
          "address-country",
          "address-postalcode",
          "address-state",
          "birthdate",
          "death-date",
          "deceased",
          "email",
          "family",
          "gender",
          "given",
          "identifier",
          "language",
          "name",
          "phone",
          "telecom");

  private Demographics() {}

  /** Whether a condition on this type asks about nothing else; modifiers and chains are others. */
  static boolean areAllOf(String type, Map<String, String[]> condition) {
    return type.equals("Patient") && PARAMETERS.containsAll(condition.keySet());
  }

  /** Whether the Patient holds nothing else. */
  static boolean areAllOf(Patient patient) {
    Patient rest = patient.copy();
    boolean labelled = rest.getMeta().hasSecurity();
    rest.setIdElement(null);
    rest.setMeta(null);
    rest.setImplicitRules(null);
    rest.setLanguage(null);
    rest.setText(null);
    rest.setIdentifier(null)
        .setActiveElement(null)
        .setName(null)
        .setTelecom(null)
        .setGender(null)
        .setBirthDate(null)
        .setDeceased(null)
        .setAddress(null)
        .setMaritalStatus(null)
        .setMultipleBirth(null)
        .setCommunication(null)
        .setManagingOrganization(null)
        .setLink(null);
    return !labelled && rest.isEmpty();
  }
}
