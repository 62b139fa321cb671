package org.fhiranchor.interceptors.autoconfigure;

import java.util.List;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * A server that says it enforces consents has all that this takes (FOL-4): an auto-configuration
 * that is excluded, or whose condition does not hold, must not open it without a word.
 */
record EnforcementCheck(ListableBeanFactory beans, AnchorSettings settings, List<Class<?>> needed)
    implements SmartInitializingSingleton {
  @Override
  public void afterSingletonsInstantiated() {
    if (settings.consent().enforce() == AnchorSettings.Enforcement.OFF) {
      return;
    }
    String missing =
        needed.stream()
            .filter(type -> beans.getBeanNamesForType(type).length == 0)
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new StartRefusedException(
          "consents are to be asked, and this server has no bean %s: take back what excludes"
                  .formatted(missing)
              + " auto-configurations of org.fhiranchor, or set anchor.consent.enforce=off");
    }
  }
}
