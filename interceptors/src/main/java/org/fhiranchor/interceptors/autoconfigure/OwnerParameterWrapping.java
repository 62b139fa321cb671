package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.interceptors.gate.search.OwnerParameter;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;

/**
 * Puts the gate's own search parameter before HAPI's registry of them. HAPI's beans refer to the
 * registry in a circle, so it is handed out before it is finished, and must be wrapped then.
 */
final class OwnerParameterWrapping implements SmartInstantiationAwareBeanPostProcessor {
  private final Set<String> early = ConcurrentHashMap.newKeySet();

  @Override
  public Object getEarlyBeanReference(Object bean, String name) {
    if (!(bean instanceof ISearchParamRegistry registry)) {
      return bean;
    }
    early.add(name);
    return OwnerParameter.over(registry);
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof ISearchParamRegistry registry && !early.contains(name)
        ? OwnerParameter.over(registry)
        : bean;
  }
}
