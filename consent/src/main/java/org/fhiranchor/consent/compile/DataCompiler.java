package org.fhiranchor.consent.compile;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.Clause;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.ProvisionType;
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

  Optional<Clause> compile(ProvisionComponent from, String path, ProvisionType type) {
    boolean understood = true;
    for (int i = 0; i < from.getData().size(); i++) {
      understood &= add(from.getData().get(i), path + ".data[" + i + "]", type);
    }
    return understood
        ? Optional.of(new Clause.Data(instances, dependentsOf, authors))
        : Optional.empty();
  }

  private boolean add(provisionDataComponent data, String path, ProvisionType type) {
    String text = data.getReference().getReference();
    Optional<String> reference = text == null ? Optional.empty() : references.normalise(text);
    if (reference.isEmpty() || data.getMeaning() == null) {
      notes.notUnderstood(path, "no meaning, or no reference to a resource on this server");
      return false;
    }
    return type == ProvisionType.PERMIT
        ? permitted(data, reference.get(), path)
        : denied(data, reference.get(), path);
  }

  /** A permit covers what the meaning says, and no more. */
  private boolean permitted(provisionDataComponent data, String reference, String path) {
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

  /**
   * A deny covers what belongs together whichever of the two refers to the other (DENY-1): authors
   * take related for what others call dependents.
   */
  private boolean denied(provisionDataComponent data, String reference, String path) {
    switch (data.getMeaning()) {
      case INSTANCE -> instances.add(reference);
      case AUTHOREDBY -> authors.add(reference);
      case DEPENDENTS -> {
        dependentsOf.add(reference);
        notes.dependsOn(reference);
        named.referencesOf(reference).ifPresent(this::addButThePatient);
        if (named.isUnconfirmed(reference)) {
          notes.notUnderstood(path + ".reference", "resource is not as it was written");
          return false;
        }
      }
      case RELATED -> {
        dependentsOf.add(reference);
        notes.dependsOn(reference);
        Optional<Set<String>> related = named.referencesOf(reference);
        related.ifPresent(this::addButThePatient);
        return isKnown(related, path);
      }
      default -> {
        notes.notUnderstood(path + ".meaning", "unknown meaning");
        return false;
      }
    }
    return true;
  }

  /** Nearly everything refers to its patient; to deny one visit is not to deny who they are. */
  private void addButThePatient(Set<String> references) {
    references.stream().filter(one -> !PatientId.isReference(one)).forEach(instances::add);
  }

  private boolean addRelated(String reference, String path) {
    notes.dependsOn(reference);
    Optional<Set<String>> related = named.referencesOf(reference);
    instances.add(reference);
    related.ifPresent(instances::addAll);
    return isKnown(related, path);
  }

  private boolean isKnown(Optional<Set<String>> related, String path) {
    if (related.isEmpty()) {
      notes.notUnderstood(path + ".reference", "resource is not known");
    }
    return related.isPresent();
  }
}
