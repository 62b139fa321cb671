package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Lets nobody make a Binary theirs by referring to it (OWN-2): a new reference to one, attachments
 * included, needs the right to read it, and takes nothing that is everybody's. Back-end services
 * write what they like. Belongs in the JPA registry, where PATCH and the entries of a transaction
 * are seen in their final form.
 */
@Interceptor(order = StorageGate.ORDER)
public final class BinaryGate {
  private static final String TYPE = "Binary";
  private static final String BINARY = TYPE + "/";

  private final FactsReader facts;
  private final Verdicts verdicts;
  private final Unavailable unavailable;
  private final boolean enforced;

  BinaryGate(FactsReader facts, Verdicts verdicts, Unavailable unavailable, boolean enforced) {
    this.facts = facts;
    this.verdicts = verdicts;
    this.unavailable = unavailable;
    this.enforced = enforced;
  }

  /** A resource is about to be stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void creating(@Nullable RequestDetails request, IBaseResource resource) {
    check(request, Permission.CREATE, null, resource);
  }

  /** A resource is about to be changed; what it refers to already is no question. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updating(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    check(request, Permission.UPDATE, before, after);
  }

  private void check(
      @Nullable RequestDetails request,
      Permission permission,
      @Nullable IBaseResource before,
      IBaseResource after) {
    Optional<AccessSubject> asking =
        Optional.ofNullable(request)
            .flatMap(AccessSubject::of)
            .filter(who -> enforced && !who.writesAsService(permission, after.fhirType()));
    if (request == null || asking.isEmpty()) {
      return;
    }
    Set<String> added = binaries(after);
    if (!added.isEmpty()) {
      added.removeAll(binaries(before));
    }
    if (!added.stream().allMatch(one -> isVisible(request, asking.get(), one))) {
      throw unavailable.exception();
    }
    if (!added.isEmpty()) {
      boolean governed = facts.read((Resource) after).governed();
      if (added.stream().anyMatch(one -> changesHands(asking.get(), id(one), governed))) {
        throw Unavailable.everybodys(after.fhirType());
      }
    }
  }

  /**
   * What is everybody's would belong to whom this belongs, and others would not find it any more;
   * and nothing that is everybody's shows what is a patient's (W-6).
   */
  private boolean changesHands(AccessSubject asking, String id, boolean governed) {
    return governed
        ? verdicts.isEverybodys(asking, TYPE, id)
        : verdicts.isSomebodys(asking, TYPE, id);
  }

  private static String id(String binary) {
    return binary.substring(BINARY.length());
  }

  private boolean isVisible(RequestDetails request, AccessSubject asking, String binary) {
    return verdicts.isVisible(request, asking, TYPE, id(binary));
  }

  private Set<String> binaries(@Nullable IBaseResource resource) {
    Set<String> found = new LinkedHashSet<>();
    if (resource instanceof Resource r4) {
      facts.referencesIn(r4).stream().filter(name -> name.startsWith(BINARY)).forEach(found::add);
    }
    return found;
  }
}
