package org.fhiranchor.consent.facts;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Fills a resource of any type so that every element that can hold a reference refers to a patient
 * of its own.
 */
final class EveryReference {
  private static final Set<String> LEFT_OUT =
      Set.of("contained", "extension", "modifierExtension", "text", "meta", "resource", "id");
  private static final int DEEPEST = 6;

  private final Deque<Object> path = new ArrayDeque<>();
  private final List<String> patients = new ArrayList<>();

  private EveryReference() {}

  /** A filled resource and the ids of the patients that it refers to. */
  record Filled(Resource resource, List<String> patients) {}

  static Filled of(RuntimeResourceDefinition type) {
    EveryReference filler = new EveryReference();
    Resource resource = (Resource) type.newInstance();
    filler.fill(resource, type);
    return new Filled(resource, filler.patients);
  }

  static Set<String> types(FhirContext fhir) {
    return new TreeSet<>(fhir.getResourceTypes());
  }

  private void fill(IBase target, BaseRuntimeElementCompositeDefinition<?> type) {
    path.push(type);
    for (BaseRuntimeChildDefinition child : type.getChildrenAndExtension()) {
      if (!LEFT_OUT.contains(child.getElementName())) {
        fill(target, child);
      }
    }
    path.pop();
  }

  /** Of a choice the reference, if it is one of the possible types. */
  private void fill(IBase target, BaseRuntimeChildDefinition child) {
    List<String> names = new ArrayList<>(child.getValidChildNames());
    names.sort((a, b) -> Boolean.compare(b.endsWith("Reference"), a.endsWith("Reference")));
    BaseRuntimeElementDefinition<?> type = child.getChildByName(names.get(0));
    if (type.getImplementingClass() == Reference.class) {
      patients.add("p" + patients.size());
      Reference reference = new Reference("Patient/" + patients.get(patients.size() - 1));
      child.getMutator().addValue(target, reference);
    } else if (type instanceof BaseRuntimeElementCompositeDefinition<?> composite
        && path.size() < DEEPEST
        && !path.contains(composite)) {
      IBase value = composite.newInstance();
      fill(value, composite);
      child.getMutator().addValue(target, value);
    }
  }
}
