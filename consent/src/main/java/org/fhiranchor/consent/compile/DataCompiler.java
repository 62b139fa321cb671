package org.fhiranchor.consent.compile;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.Clause;
import org.fhiranchor.consent.facts.LocalReferences;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.Consent.provisionDataComponent;

/**
 * Compiles {@code provision.data} with its meanings instance, related, dependents and authoredby.
 */
final class DataCompiler {
  private final LocalReferences references;
  private final NamedResources named;
  private final Notes notes;
  private final Set<String> instances = new HashSet<>();
  private final Set<String> dependentsOf = new HashSet<>();
  private final Set<String> authors = new HashSet<>();

  DataCompiler(LocalReferences references, NamedResources named, Notes notes) {
    this.references = references;
    this.named = named;
    this.notes = notes;
  }

  Optional<Clause> compile(ProvisionComponent from, String path) {
    boolean understood = true;
    for (int i = 0; i < from.getData().size(); i++) {
      understood &= add(from.getData().get(i), path + ".data[" + i + "]");
    }
    return understood
        ? Optional.of(new Clause.Data(instances, dependentsOf, authors))
        : Optional.empty();
  }

  private boolean add(provisionDataComponent data, String path) {
    String text = data.getReference().getReference();
    Optional<String> reference = text == null ? Optional.empty() : references.normalise(text);
    if (reference.isEmpty() || !data.hasMeaning()) {
      notes.notUnderstood(path, "no meaning, or no reference to a resource on this server");
      return false;
    }
    return add(data, reference.get(), path);
  }

  private boolean add(provisionDataComponent data, String reference, String path) {
    switch (data.getMeaning()) {
      case INSTANCE -> instances.add(reference);
      case DEPENDENTS -> dependentsOf.add(reference);
      case AUTHOREDBY -> authors.add(reference);
      case RELATED -> {
        return addRelated(reference, path);
      }
      default -> {
        notes.notUnderstood(path + ".meaning", "unknown meaning");
        return false;
      }
    }
    return true;
  }

  private boolean addRelated(String reference, String path) {
    notes.dependsOn(reference);
    Optional<Set<String>> related = named.referencesOf(reference);
    if (related.isEmpty()) {
      notes.notUnderstood(path + ".reference", "resource is not known");
      return false;
    }
    instances.add(reference);
    instances.addAll(related.get());
    return true;
  }
}
