package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.consent.facts.FactsReader;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Notes which resources refer to which Binary, in the transaction that stores them, whether or not
 * consent is enforced at the time (OWN-2). Register on the JPA interceptor registry alone.
 */
@Interceptor
public final class BinaryReferenceRecorder {
  private static final String BINARY = "Binary/";

  private final FactsReader facts;
  private final BinaryReferences store;

  /** Notes there what the reader finds. */
  public BinaryReferenceRecorder(FactsReader facts, BinaryReferences store) {
    this.facts = facts;
    this.store = store;
  }

  /** A first version. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    note(resource);
  }

  /** A later version. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(@Nullable IBaseResource before, IBaseResource after) {
    note(after);
  }

  private void note(IBaseResource resource) {
    if (!(resource instanceof Resource r4) || !r4.getIdElement().hasIdPart()) {
      return;
    }
    Set<String> binaries =
        facts.referencesIn(r4).stream()
            .filter(name -> name.startsWith(BINARY))
            .collect(Collectors.toSet());
    if (!binaries.isEmpty()) {
      store.add(r4.fhirType() + "/" + r4.getIdElement().getIdPart(), binaries);
    }
  }
}
