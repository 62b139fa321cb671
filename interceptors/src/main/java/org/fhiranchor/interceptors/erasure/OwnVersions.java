package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import java.time.ZoneId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.GovernedTypes;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Whether each version of a resource belongs to one patient and to nobody else, as the gate decides
 * it. A version of nobody's is not the patient's, and neither is one that cannot be read.
 */
final class OwnVersions {
  private final FhirContext context;
  private final PatientId patient;
  private final RelatedResources related;
  private final Predicate<String> erased;
  private final FactsReader facts;
  private final FactsReader alone;

  /**
   * For this patient.
   *
   * @param related what the gate looks at
   * @param erased what was this patient's, and is gone already
   */
  OwnVersions(
      FhirContext context,
      PatientId patient,
      LocalReferences references,
      RelatedResources related,
      Predicate<String> erased) {
    this.context = context;
    this.patient = patient;
    this.related = related;
    this.erased = erased;
    this.facts = new FactsReader(references, ZoneId.systemDefault(), new WithErased());
    this.alone =
        new FactsReader(references, ZoneId.systemDefault(), RelatedResources.NOTHING_KNOWN);
  }

  /**
   * Whether each of these versions is this patient's alone.
   *
   * @param own whether a resource of this name is
   */
  boolean areAll(ErasureRows.Stored one, List<String> texts, Predicate<String> own) {
    return !texts.isEmpty() && texts.stream().allMatch(text -> isOwn(one, text, own));
  }

  private boolean isOwn(ErasureRows.Stored one, String text, Predicate<String> own) {
    Optional<Resource> read = parsed(context, text, one);
    if (read.isEmpty()) {
      return false;
    }
    if (read.get() instanceof Binary binary
        && !binary.hasSecurityContext()
        && alone.read(binary).everyOwner().isEmpty()) {
      return isOfReferrers(one.name(), own);
    }
    // What is everybody's by its type is the patient's where it says so itself, not by a reference.
    FactsReader whose = GovernedTypes.isOpen(one.type()) ? alone : facts;
    return isOwn(whose.read(read.get()));
  }

  private boolean isOwn(ResourceFacts read) {
    return isComplete(read) && read.everyOwner().equals(Set.of(patient));
  }

  private static boolean isComplete(ResourceFacts read) {
    return read.owners().complete()
        && !read.owners().unknown()
        && read.parts().stream().allMatch(OwnVersions::isComplete);
  }

  /** Of everything that referred to it in any version, where the gate asks what does so now. */
  private boolean isOfReferrers(String binary, Predicate<String> own) {
    if (!related.knowsReferrers()) {
      return false;
    }
    List<String> referrers = related.referrersOf(binary);
    return !referrers.isEmpty()
        && referrers.size() < BinaryReferences.MOST
        && referrers.stream().allMatch(own);
  }

  /** A stored text as the resource that it is; empty when nobody can read it. */
  static Optional<Resource> parsed(FhirContext context, String text, ErasureRows.Stored of) {
    try {
      IBaseResource read = context.newJsonParser().parseResource(text);
      read.setId(of.name());
      return read instanceof Resource resource ? Optional.of(resource) : Optional.empty();
    } catch (DataFormatException | IllegalArgumentException damaged) {
      // Nobody can tell whose it is: it is kept, and named.
      return Optional.empty();
    }
  }

  /** What the gate looks at; what went with this patient already is still this patient's. */
  private final class WithErased implements RelatedResources {
    @Override
    public Optional<Resource> find(String reference) {
      return related.find(reference).or(() -> standIn(reference));
    }

    @Override
    public Map<String, Resource> findAll(Collection<String> references) {
      Map<String, Resource> found = new LinkedHashMap<>(related.findAll(references));
      for (String reference : references) {
        if (!found.containsKey(reference)) {
          standIn(reference).ifPresent(gone -> found.put(reference, gone));
        }
      }
      return found;
    }

    private Optional<Resource> standIn(String reference) {
      if (!erased.test(reference)) {
        return Optional.empty();
      }
      Basic gone = new Basic();
      gone.setSubject(new Reference(patient.reference()));
      return Optional.of(gone);
    }

    @Override
    public boolean isErased(String reference) {
      return related.isErased(reference);
    }

    @Override
    public boolean knowsReferrers() {
      return related.knowsReferrers();
    }

    @Override
    public List<String> referrersOf(String binary) {
      return related.referrersOf(binary);
    }
  }
}
