package org.fhiranchor.consent.facts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.CodeSystems;
import org.fhiranchor.consent.decide.Confidentiality;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.decide.TimeSpan;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceType;

/**
 * One walk over one resource. Contained resources are part of it, resources in a Bundle's entries
 * are parts of their own.
 */
final class FactsWalk {
  private static final String INLINE_LABEL =
      "http://hl7.org/fhir/uv/security-label-ds4p/StructureDefinition/extension-inline-sec-label";

  /** What {@code Reference.type} is relative to (http://hl7.org/fhir/R4/references.html). */
  private static final String DEFINITIONS = "http://hl7.org/fhir/StructureDefinition/";

  private static final Set<String> TYPES =
      Arrays.stream(ResourceType.values()).map(ResourceType::name).collect(Collectors.toSet());

  private static final String PATIENT = "Patient";

  /** What the codings below an element are. */
  private enum Meaning {
    PLAIN,
    LABEL,
    DOCUMENT_TYPE
  }

  private final FactsReader reader;
  private final Carrier carrier;
  private final List<String> names = new ArrayList<>(2);
  private final List<String> types = new ArrayList<>(1);
  private final Set<PatientId> owners = new LinkedHashSet<>(4);
  private final List<Code> codes = new ArrayList<>();
  private final List<Code> security = new ArrayList<>(2);
  private final List<Code> documentTypes = new ArrayList<>(0);
  private final List<String> formats = new ArrayList<>(0);
  private final List<String> links = new ArrayList<>();
  private final List<List<String>> authorsInside = new ArrayList<>(2);
  private List<String> authors = new ArrayList<>(2);
  private Optional<TimeSpan> time = Optional.empty();
  private final List<ResourceFacts> parts = new ArrayList<>(0);
  private boolean allOwnersKnown = true;
  private boolean containsPatient;
  private boolean containsBinary;
  private boolean containedSubject;
  private boolean labelled;
  private Confidentiality confidentiality = Confidentiality.U;
  private List<Code> ownLabels = List.of();
  private String fullUrl = "";

  FactsWalk(FactsReader reader, Carrier carrier) {
    this.reader = reader;
    this.carrier = carrier;
  }

  ResourceFacts over(Resource resource) {
    String type = resource.fhirType();
    types.add(type);
    name(type, resource);
    ownLabels = labelsOf(resource);
    carrier.security().forEach(this::label);
    time = reader.clinicalTime().of(resource);
    children(resource, Meaning.PLAIN);
    // a contained patient beside a named one is part of what belongs to the named one
    allOwnersKnown &= !containsPatient || (!owners.isEmpty() && !containedSubject);
    // what nothing refers to is nobody's, inside of another resource too
    allOwnersKnown &= !containsBinary || !owners.isEmpty();
    return new ResourceFacts(
        names,
        isGoverned(type),
        new ResourceFacts.Owners(List.copyOf(owners), allOwnersKnown),
        types,
        labels(),
        time,
        new ResourceFacts.Links(links, authors()),
        parts);
  }

  /** None at all where it does not say itself. */
  private List<List<String>> authors() {
    List<List<String>> all = new ArrayList<>();
    all.add(authors);
    all.addAll(authorsInside);
    return authors.isEmpty() && authorsInside.isEmpty() ? List.of() : all;
  }

  private ResourceFacts.Labels labels() {
    return new ResourceFacts.Labels(
        codes, security, documentTypes, labelled ? confidentiality : Confidentiality.N, formats);
  }

  private void name(String type, Resource resource) {
    Optional<String> own = ownName(type, resource);
    own.ifPresent(names::add);
    names.addAll(carrier.names());
    if (type.equals(PATIENT)) {
      own.ifPresentOrElse(this::owner, () -> allOwnersKnown = false);
    }
  }

  private Optional<String> ownName(String type, Resource resource) {
    String id = resource.getIdPart();
    return id == null || !carrier.identified()
        ? Optional.empty()
        : reader.references().normalise(type + "/" + id);
  }

  private static List<Code> labelsOf(Resource resource) {
    return resource.hasMeta()
        ? resource.getMeta().getSecurity().stream().map(Codes::of).toList()
        : List.of();
  }

  private boolean isGoverned(String type) {
    return GovernedTypes.isAlways(type)
        || !owners.isEmpty()
        || !allOwnersKnown
        || types.size() > 1
        || parts.stream().anyMatch(ResourceFacts::governed);
  }

  private void children(Base of, Meaning meaning) {
    for (Element element : Elements.of(of)) {
      Object value = element.read(of);
      if (value == null) {
        continue;
      }
      if (element.repeats()) {
        children((List<?>) value, element, meaning);
      } else {
        child(value, element, meaning);
      }
    }
  }

  private void children(List<?> values, Element element, Meaning meaning) {
    for (int i = 0; i < values.size(); i++) {
      child(values.get(i), element, meaning);
    }
  }

  private void child(Object value, Element element, Meaning meaning) {
    if (value instanceof PrimitiveType<?> primitive) {
      primitive(primitive, element, meaning);
    } else if (value instanceof Resource nested) {
      nested(nested, element);
    } else if (value instanceof Base base) {
      complex(base, element, below(element, meaning));
    }
  }

  private static Meaning below(Element element, Meaning meaning) {
    if (element.isLabel()) {
      return Meaning.LABEL;
    }
    return element.isDocumentType() ? Meaning.DOCUMENT_TYPE : meaning;
  }

  private void complex(Base value, Element element, Meaning meaning) {
    if (value instanceof Reference reference) {
      reference(reference, element);
    } else if (value instanceof Attachment attachment) {
      attachment(attachment, element);
    } else if (value instanceof Coding coding) {
      coding(Codes.of(coding), meaning);
    } else if (value instanceof Bundle.BundleEntryComponent entry) {
      fullUrl = Objects.requireNonNullElse(entry.getFullUrl(), "");
    }
    boolean inlineLabel =
        value instanceof Extension extension && INLINE_LABEL.equals(extension.getUrl());
    children(value, inlineLabel ? Meaning.LABEL : meaning);
  }

  private void primitive(PrimitiveType<?> primitive, Element element, Meaning meaning) {
    if (element.isConfidentiality() && primitive.hasValue()) {
      Confidentiality.ofCode(primitive.getValueAsString()).ifPresent(this::raise);
    }
    if (element.isFormat() && primitive.hasValue()) {
      formats.add(MimeTypes.plain(primitive.getValueAsString()));
    }
    if (primitive instanceof CanonicalType canonical
        && canonical.hasValue()
        && !carrier.foreign()) {
      reader
          .references()
          .normaliseCanonical(canonical.getValue())
          .ifPresent(name -> link(name, element));
    }
    if (primitive.hasExtension()) {
      for (Extension extension : primitive.getExtension()) {
        complex(extension, element, meaning);
      }
    }
  }

  private void coding(Code code, Meaning meaning) {
    codes.add(code);
    switch (meaning) {
      case LABEL -> label(code);
      case DOCUMENT_TYPE -> documentTypes.add(code);
      case PLAIN -> {}
    }
  }

  private void label(Code code) {
    security.add(code);
    Confidentiality.of(code)
        .or(() -> isUnknown(code) ? Optional.of(Confidentiality.V) : Optional.empty())
        .ifPresent(this::raise);
  }

  /** A label that this server cannot read may stand for the highest confidentiality (DENY-2). */
  private static boolean isUnknown(Code label) {
    return !CodeSystems.isHl7(label.system()) || label.system().equals(Confidentiality.SYSTEM);
  }

  private void raise(Confidentiality level) {
    labelled = true;
    confidentiality = confidentiality.max(level);
  }

  private void nested(Resource resource, Element element) {
    if (element.isContained()) {
      contained(resource);
      return;
    }
    Carrier taken = carrier.forEntry(names, ownLabels, fullUrl, reader.references());
    parts.add(reader.walk(resource, taken));
  }

  /** A contained patient is nobody whom this server knows. */
  private void contained(Resource resource) {
    String type = resource.fhirType();
    if (GovernedTypes.isAlways(type)) {
      types.add(type);
    }
    containsPatient |= type.equals(PATIENT);
    containsBinary |= type.equals("Binary");
    time = time.map(own -> reader.clinicalTime().of(resource).map(own::joined).orElse(own));
    List<String> around = authors;
    authors = new ArrayList<>();
    children(resource, Meaning.PLAIN);
    if (!authors.isEmpty()) {
      authorsInside.add(authors);
    }
    authors = around;
  }

  private void reference(Reference reference, Element element) {
    // One with an extension and no value is there, and says nothing.
    String text = Objects.requireNonNullElse(reference.getReference(), "");
    if (text.startsWith("#")) {
      containedSubject |= element.isPatient();
      return;
    }
    if (text.isEmpty() && reference.getResource() instanceof Resource inMemory) {
      containedSubject |= element.isPatient();
      contained(inMemory);
      return;
    }
    Optional<String> local =
        carrier.foreign() ? Optional.empty() : reader.references().normalise(text);
    if (local.isPresent()) {
      link(local.get(), element);
    } else if (meansPatient(reference, text, element)) {
      allOwnersKnown = false;
    }
  }

  /** An attachment kept here is referred to by its URL. */
  private void attachment(Attachment attachment, Element element) {
    String url = attachment.getUrl();
    if (url != null && !carrier.foreign()) {
      reader.references().normalise(url).ifPresent(name -> link(name, element));
    }
  }

  private void link(String reference, Element element) {
    links.add(reference);
    if (element.isAuthor()) {
      authors.add(reference);
    }
    if (PatientId.isReference(reference)) {
      owner(reference);
    }
  }

  private void owner(String reference) {
    owners.add(PatientId.ofReference(reference));
  }

  private static boolean meansPatient(Reference reference, String text, Element element) {
    if (text.contains("Patient/") || text.contains("Patient?")) {
      return true;
    }
    String type = Objects.requireNonNullElse(reference.getType(), "");
    String name = type.startsWith(DEFINITIONS) ? type.substring(DEFINITIONS.length()) : type;
    return TYPES.contains(name) ? PATIENT.equals(name) : element.isPatient();
  }
}
