package org.fhiranchor.consent.facts;

import ca.uhn.fhir.model.api.annotation.Child;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.DocumentManifest;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;

/** One element of a FHIR type: how to read it, and what it means for consent. */
final class Element {
  private static final Set<String> PATIENT_NAMES = Set.of("subject", "patient", "beneficiary");

  private final Field field;
  private final boolean repeats;
  private final boolean contained;
  private final boolean patient;
  private final boolean author;
  private final boolean label;
  private final boolean documentType;
  private final boolean confidentiality;
  private final boolean format;

  Element(Field field) {
    this.field = field;
    this.repeats = field.getType() == List.class;
    String name = field.getName();
    Class<?> owner = field.getDeclaringClass();
    this.contained = name.equals("contained");
    this.patient = isPatient(field);
    this.author = Authors.isAuthor(owner, name);
    this.label = (owner == Meta.class && name.equals("security")) || name.equals("securityLabel");
    this.documentType = isDocumentType(owner, name);
    this.confidentiality = owner == Composition.class && name.equals("confidentiality");
    this.format =
        name.equals("contentType") && (owner == Attachment.class || owner == Binary.class);
  }

  private static boolean isPatient(Field field) {
    Class<?>[] targets = field.getAnnotation(Child.class).type();
    boolean allowed = Arrays.asList(targets).contains(Patient.class);
    return allowed && (targets.length == 1 || PATIENT_NAMES.contains(field.getName()));
  }

  private static boolean isDocumentType(Class<?> owner, String name) {
    boolean document =
        owner == DocumentReference.class
            || owner == Composition.class
            || owner == DocumentManifest.class;
    return document && (name.equals("type") || name.equals("category"));
  }

  /** The value or list of values, null when the element is absent: HAPI's own model says it so. */
  @Nullable Object read(Base of) {
    try {
      return field.get(of);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("reading " + field, e);
    }
  }

  /** Whether {@link #read} gives a list of values. */
  boolean repeats() {
    return repeats;
  }

  boolean isContained() {
    return contained;
  }

  /** Whether a reference here names a patient even where it does not say so. */
  boolean isPatient() {
    return patient;
  }

  boolean isAuthor() {
    return author;
  }

  boolean isLabel() {
    return label;
  }

  boolean isDocumentType() {
    return documentType;
  }

  boolean isConfidentiality() {
    return confidentiality;
  }

  /** Whether this is the MIME type of some content. */
  boolean isFormat() {
    return format;
  }
}
