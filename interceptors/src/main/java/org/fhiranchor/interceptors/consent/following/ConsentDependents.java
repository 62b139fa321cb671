package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;

/** Which Consents are to be compiled anew when something else is written. Threads: any number. */
final class ConsentDependents {
  private final ConsentIndex index;
  private final Map<String, Set<ConsentResourceId>> byName = new ConcurrentHashMap<>();

  ConsentDependents(ConsentIndex index) {
    this.index = index;
  }

  /** What was looked at while it was compiled. */
  void remember(CompiledConsent consent) {
    consent
        .dependsOn()
        .forEach(
            name ->
                byName
                    .computeIfAbsent(name, first -> ConcurrentHashMap.newKeySet())
                    .add(consent.id()));
  }

  /** Consents that were compiled with a look at this resource, such as {@code "CareTeam/7"}. */
  Set<ConsentResourceId> of(String resource) {
    return Set.copyOf(byName.getOrDefault(resource, Set.of()));
  }

  /** The Consents that these statements may have changed. */
  Set<ConsentResourceId> affectedBy(Collection<Statement> statements) {
    Set<ConsentResourceId> affected = new LinkedHashSet<>();
    for (Statement statement : statements) {
      if (statement instanceof Statement.ResourceVersion version) {
        affected.addAll(affectedBy(version.resource()));
      } else if (statement instanceof Statement.KeyBinding binding) {
        affected.addAll(ofSubject(binding.subject()));
      } else if (statement instanceof Statement.ConsentEvent event
          && event.event().equals(ConsentJournal.REVOKED)) {
        // Another node may have heard of it from the ledger before this one.
        affected.addAll(affectedBy(event.consent()));
      }
    }
    return affected;
  }

  private Set<ConsentResourceId> affectedBy(ResourceKey resource) {
    Set<ConsentResourceId> affected = new LinkedHashSet<>(of(resource.toString()));
    if (resource.type().equals("Consent")) {
      affected.add(new ConsentResourceId(resource.id()));
    }
    return affected;
  }

  private List<ConsentResourceId> ofSubject(String subject) {
    return PatientId.isReference(subject)
        ? index.of(PatientId.ofReference(subject)).stream().map(CompiledConsent::id).toList()
        : List.of();
  }
}
