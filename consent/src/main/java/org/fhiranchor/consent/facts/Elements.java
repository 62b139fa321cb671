package org.fhiranchor.consent.facts;

import ca.uhn.fhir.model.api.annotation.Child;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Narrative;

/**
 * The elements of each FHIR type, looked up once per class. Narrative holds nothing to decide on
 * and is left out.
 */
final class Elements {
  private static final ClassValue<Element[]> BY_CLASS =
      new ClassValue<>() {
        @Override
        protected Element[] computeValue(Class<?> type) {
          return elements(type);
        }
      };

  private Elements() {}

  static Element[] of(Base value) {
    return BY_CLASS.get(value.getClass());
  }

  private static Element[] elements(Class<?> type) {
    List<Element> elements = new ArrayList<>();
    for (Class<?> at = type; at != null && at != Base.class; at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (field.isAnnotationPresent(Child.class) && field.getType() != Narrative.class) {
          field.setAccessible(true);
          elements.add(new Element(field));
        }
      }
    }
    return elements.toArray(Element[]::new);
  }
}
