package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.util.HapiExtensions;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.disclosure.AccessVerdict;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.gate.write.Collected;
import org.fhiranchor.interceptors.gate.write.References;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a write where HAPI knows what it changes: after a patch was applied and after a
 * transaction's placeholders were replaced (W-2, W-4, W-5, W-6). Belongs in the JPA registry.
 */
@Interceptor(order = StorageGate.ORDER)
public final class WriteGate {
  static final String UNIQUE =
      "a SearchParameter with extension %s: want none, for its index would tell of hidden resources"
          .formatted(HapiExtensions.EXT_SP_UNIQUE);

  /**
   * HAPI answers from these by their URL, to everybody, and in searches by code. They refer to each
   * other alone: anything else may become a patient's, and they with it (OWN-1).
   */
  private static final Set<String> TERMINOLOGY =
      Set.of(
          "CodeSystem",
          "ConceptMap",
          "NamingSystem",
          "SearchParameter",
          "StructureDefinition",
          "ValueSet");

  private final Verdicts verdicts;
  private final References references;
  private final Collected collected;
  private final FactsReader alone;
  private final Unavailable unavailable;
  private final boolean enforced;

  /**
   * Decides with these.
   *
   * @param alone reads a resource without looking at any other one
   */
  WriteGate(
      Verdicts verdicts,
      References references,
      Collected collected,
      FactsReader alone,
      Unavailable unavailable,
      boolean enforced) {
    this.verdicts = verdicts;
    this.references = references;
    this.collected = collected;
    this.alone = alone;
    this.unavailable = unavailable;
    this.enforced = enforced;
  }

  /** A resource is about to be stored for the first time. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void creating(@Nullable RequestDetails request, IBaseResource resource) {
    refuseUniqueIndex(resource);
    refuseGovernedTerminology(resource);
    Optional.ofNullable(request)
        .flatMap(RequestMemory::of)
        .ifPresent(memory -> memory.created(resource));
  }

  /**
   * A resource is about to be changed: whoever may not see it as it was, or not correct it, may not
   * change it.
   */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updating(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    refuseUniqueIndex(after);
    refuseGovernedTerminology(after);
    Optional<AccessSubject> asking = writing(request);
    if (request == null || before == null || asking.isEmpty()) {
      return;
    }
    if (isHeld(asking.get(), before)
        && !(verdicts.permits(request, asking.get(), before)
            && verdicts.permitsChanging(request, asking.get(), before))) {
      refuse(request, RequestFacts.update(before));
    }
    if (!isTrusted(asking.get(), after)) {
      RequestMemory.of(request).ifPresent(memory -> memory.replaces(after, before));
    }
  }

  /** A registrar is held to nothing but what a Patient holds beside demographics. */
  private static boolean isHeld(AccessSubject asking, IBaseResource before) {
    if (isTrusted(asking, before)) {
      return before instanceof Patient patient
          && !asking.writesAsService(Permission.UPDATE, before.fhirType())
          && !Demographics.areAllOf(patient);
    }
    return true;
  }

  /**
   * The resource as it will be stored: HAPI is about to resolve its references.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException when its writer may not
   *     see all of them, or may not collect what is new, or new to a patient
   */
  void linking(@Nullable RequestDetails request, IBaseResource resource) {
    Optional<AccessSubject> asking = writing(request);
    if (request == null || asking.isEmpty() || isTrusted(asking.get(), resource)) {
      return;
    }
    // what stood there already, in a resource that its writer may see, asks nothing
    Optional<IBaseResource> before =
        RequestMemory.of(request).flatMap(memory -> memory.replacedBy(resource));
    Set<String> kept = before.map(references::texts).orElse(Set.of());
    if (!references.areVisible(resource, request, asking.get(), kept)
        || !verdicts.permitsCollecting(
            request, asking.get(), resource, collected.of(request, resource, before))) {
      before.ifPresent(one -> stopped(request, one, (Resource) resource));
      refuse(
          request, before.map(RequestFacts::update).orElseGet(() -> RequestFacts.create(resource)));
    }
    before.ifPresent(one -> refuseMove(asking.get(), one, resource));
    refuseUnknownPatient(resource, alone.read((Resource) resource));
  }

  /**
   * Beside a patient whom it names, one who cannot be made out: neither of them, nor its writer,
   * could read it (DEC-2). Read from the resource alone, so that the refusal tells nothing else.
   */
  private void refuseUnknownPatient(IBaseResource resource, ResourceFacts read) {
    if (enforced && hasUnknownPatient(read)) {
      throw new UnprocessableEntityException(
          "%s: want no patient beside the one whose it is who is not a reference to a Patient of this server: nobody could read it any more"
              .formatted(resource.fhirType()));
    }
  }

  private static boolean hasUnknownPatient(ResourceFacts read) {
    return (!read.owners().known().isEmpty() && !read.owners().complete())
        || read.parts().stream().anyMatch(WriteGate::hasUnknownPatient);
  }

  /**
   * What refers to everybody's and is nobody's would become a patient's with it, and others would
   * not find it any more; what is nobody's is read by nobody (W-6). In words of its own: its writer
   * may see what was there, and all that it refers to now.
   */
  private void refuseMove(AccessSubject asking, IBaseResource before, IBaseResource after) {
    if (!enforced) {
      return;
    }
    AccessVerdict is = verdicts.of(asking, after);
    // A Binary that nothing refers to yet is its maker's, who may say whose it is (OWN-2).
    if (is.isGoverned() && verdicts.isEverybodys(asking, before)) {
      throw Unavailable.everybodys(after.fhirType());
    }
    if (is.owners().isEmpty() && !verdicts.of(asking, before).owners().isEmpty()) {
      throw new UnprocessableEntityException(
          "%s: want a patient whose it is: without one, nobody could read it any more"
              .formatted(after.fhirType()));
    }
  }

  private static Optional<AccessSubject> writing(@Nullable RequestDetails request) {
    return Optional.ofNullable(request).filter(WriteGate::isWrite).flatMap(AccessSubject::of);
  }

  private static boolean isWrite(RequestDetails request) {
    return RequestMemory.of(request)
        .map(RequestMemory::isOfWrite)
        .orElseGet(() -> RequestFacts.isWrite(request) || request.isSubRequest());
  }

  private static boolean isTrusted(AccessSubject asking, IBaseResource resource) {
    return asking.isTrustedToWrite(Permission.UPDATE, resource.fhirType())
        || asking.isTrustedToWrite(Permission.CREATE, resource.fhirType());
  }

  private void refuseUniqueIndex(IBaseResource resource) {
    if (enforced
        && resource instanceof SearchParameter parameter
        && parameter.getExtensionsByUrl(HapiExtensions.EXT_SP_UNIQUE).stream()
            .anyMatch(WriteGate::saysUnique)) {
      throw new UnprocessableEntityException(UNIQUE);
    }
  }

  /** Read from the resource alone, so that the refusal tells nothing of what it names. */
  private void refuseGovernedTerminology(IBaseResource resource) {
    if (!enforced || !TERMINOLOGY.contains(resource.fhirType())) {
      return;
    }
    ResourceFacts read = alone.read((Resource) resource);
    if (read.governed() || !read.links().all().stream().allMatch(WriteGate::isOfTerminology)) {
      throw new UnprocessableEntityException(
          "%s: want no patient, and references to terminology alone, for everybody is answered from it"
              .formatted(resource.fhirType()));
    }
  }

  private static boolean isOfTerminology(String reference) {
    return TERMINOLOGY.contains(reference.substring(0, reference.indexOf('/')));
  }

  private static boolean saysUnique(Extension extension) {
    return !extension.hasValue() || !"false".equals(extension.getValue().primitiveValue());
  }

  /** A patch is no resource: whom it names is known only of what it would make. */
  private void stopped(RequestDetails request, IBaseResource before, Resource after) {
    if (enforced) {
      AccessEvent.of(request)
          .ifPresent(event -> event.stopped(before, alone.read(after).everyOwner()));
    }
  }

  /** The patients of what was about to be replaced, or made, are told of it. */
  private void refuse(RequestDetails request, RequestFacts write) {
    if (enforced) {
      write.stops(request);
      throw unavailable.exception();
    }
  }
}
