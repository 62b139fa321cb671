package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractorSvc;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.gate.LinkGate;
import org.fhiranchor.interceptors.gate.WriteGate;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;

/**
 * Puts the gate before HAPI's resolution of references. HAPI's beans refer to it in a circle, so it
 * may be handed out before it is finished, and must be wrapped then.
 */
final class LinkGateWrapping implements SmartInstantiationAwareBeanPostProcessor {
  private final Supplier<WriteGate> gate;
  private final Set<String> early = ConcurrentHashMap.newKeySet();

  LinkGateWrapping(Supplier<WriteGate> gate) {
    this.gate = gate;
  }

  @Override
  public Object getEarlyBeanReference(Object bean, String name) {
    if (!(bean instanceof ISearchParamExtractorSvc links)) {
      return bean;
    }
    early.add(name);
    return new LinkGate(links, gate);
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof ISearchParamExtractorSvc links && !early.contains(name)
        ? new LinkGate(links, gate)
        : bean;
  }
}
