package org.fhiranchor.consent.decide;

/** Logical id of a Patient on this server, without the type: {@code "123"} of Patient/123. */
public record PatientId(String value) {
  private static final String TYPE = "Patient/";

  public PatientId {
    LogicalId.checked("patient id", value);
  }

  /** Whether a text could be the logical id of a patient. */
  public static boolean isValid(String id) {
    return LogicalId.isValid(id);
  }

  /** Whether a normalised reference such as {@code "Patient/123"} names a patient. */
  public static boolean isReference(String typeAndId) {
    return typeAndId.startsWith(TYPE);
  }

  /**
   * Reads a normalised reference.
   *
   * @throws IllegalArgumentException when it is not {@code "Patient/"} and a logical id
   */
  public static PatientId ofReference(String typeAndId) {
    if (!isReference(typeAndId)) {
      throw new IllegalArgumentException("patient reference: want Patient/[id]");
    }
    return new PatientId(typeAndId.substring(TYPE.length()));
  }

  /** The reference form, {@code "Patient/123"}. */
  public String reference() {
    return TYPE + value;
  }
}
