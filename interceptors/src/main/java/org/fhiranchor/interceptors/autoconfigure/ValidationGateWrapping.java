package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.JpaPersistedResourceValidationSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.gate.ValidationGate;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Puts the gate before the stored resources that HAPI validates with. */
record ValidationGateWrapping(
    ObjectProvider<DaoRegistry> daos, Supplier<Predicate<Resource>> governed)
    implements BeanPostProcessor {
  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof JpaPersistedResourceValidationSupport hapi
        ? new ValidationGate(hapi, daos.getObject(), governed)
        : bean;
  }
}
