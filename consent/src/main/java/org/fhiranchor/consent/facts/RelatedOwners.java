package org.fhiranchor.consent.facts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.decide.ResourceFacts.Owners;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Whose a resource is that names no patient: whose the governed resources are that it refers to,
 * over at most {@value #STEPS} steps (OWN-1). A Binary belongs to whom the resources belong that
 * refer to it (OWN-2), a Provenance is decided as its targets are (OWN-4).
 */
final class RelatedOwners {
  static final int STEPS = 3;

  /** With more of them the resource belongs to an unknown patient. */
  static final int MOST_OWNERS = 20;

  /**
   * Most resources to look at for one; past it, the resource belongs to an unknown patient, unless
   * only resources of open types are left: whoever writes one of those takes away nobody's record.
   */
  static final int MOST_RESOURCES = 200;

  private static final String BINARY = "Binary/";
  private static final String PROVENANCE = "Provenance";

  private final FactsReader reader;
  private final RelatedResources related;

  RelatedOwners(FactsReader reader, RelatedResources related) {
    this.reader = reader;
    this.related = related;
  }

  /** The facts of a stored resource, with the owners that it has by what it refers to. */
  ResourceFacts of(Resource resource, ResourceFacts own) {
    return of(resource, own, STEPS);
  }

  private ResourceFacts of(Resource resource, ResourceFacts own, int steps) {
    if (steps < 0) {
      return with(own, true, Owners.UNKNOWN, List.of());
    }
    if (resource instanceof Provenance provenance) {
      return ofProvenance(provenance, own, steps);
    }
    return resource instanceof Binary binary ? ofBinary(binary, own, steps) : derived(own);
  }

  /** Parts of a Bundle each have their own. */
  private ResourceFacts derived(ResourceFacts own) {
    if (!own.parts().isEmpty()) {
      List<ResourceFacts> parts = own.parts().stream().map(this::derived).toList();
      boolean known = parts.stream().anyMatch(part -> !part.everyOwner().isEmpty());
      List<ResourceFacts> all = parts.stream().map(part -> known ? part : embedded(part)).toList();
      boolean governed = own.governed() || all.stream().anyMatch(ResourceFacts::governed);
      return with(own, governed, own.owners(), all);
    }
    if (!own.owners().known().isEmpty()
        || !own.owners().complete()
        || own.links().all().isEmpty()) {
      return own;
    }
    Owners owners = new Search(own).owners();
    boolean governed = own.governed() || !owners.known().isEmpty() || !owners.complete();
    return with(own, governed, owners, own.parts());
  }

  /** Nobody refers to a Binary inside of another resource, beside which no patient stands. */
  private static ResourceFacts embedded(ResourceFacts part) {
    return part.types().get(0).equals("Binary") && part.links().all().isEmpty()
        ? with(part, true, Owners.UNKNOWN, part.parts())
        : part;
  }

  private static ResourceFacts with(
      ResourceFacts facts, boolean governed, Owners owners, List<ResourceFacts> parts) {
    return new ResourceFacts(
        facts.names(),
        governed,
        owners,
        facts.types(),
        facts.labels(),
        facts.clinicalTime(),
        facts.links(),
        parts);
  }

  /**
   * Whoever may read all targets may read it. A patient whom it names beside them, and who owns
   * none of them, has to permit as well.
   */
  private ResourceFacts ofProvenance(Provenance provenance, ResourceFacts own, int steps) {
    List<ResourceFacts> targets =
        whole(references(provenance.getTarget().stream()).toList(), steps);
    if (targets.isEmpty()) {
      return derived(own);
    }
    Set<PatientId> others = new LinkedHashSet<>(own.owners().known());
    targets.forEach(target -> others.removeAll(target.everyOwner()));
    Owners owners = new Owners(List.copyOf(others), own.owners().complete());
    return with(own, true, owners, underItsLabels(targets, own));
  }

  /**
   * What is decided in the place of a resource that has labels itself is decided with these once
   * more: who denies them denies it, and who permits them alone gives nothing by that (DENY-2).
   */
  private static List<ResourceFacts> underItsLabels(List<ResourceFacts> all, ResourceFacts own) {
    return own.labels().security().isEmpty()
        ? all
        : Stream.concat(all.stream(), all.stream().map(one -> underItsLabels(one, own))).toList();
  }

  private static ResourceFacts underItsLabels(ResourceFacts one, ResourceFacts own) {
    return new ResourceFacts(
        one.names(),
        one.governed(),
        one.owners(),
        one.types(),
        one.labels().under(own.labels()),
        one.clinicalTime(),
        one.links(),
        one.parts());
  }

  private Stream<String> references(Stream<Reference> all) {
    return all.map(reference -> Optional.ofNullable(reference.getReference()))
        .flatMap(Optional::stream)
        .map(reader.references()::normalise)
        .flatMap(Optional::stream)
        .distinct()
        .limit(MOST_RESOURCES);
  }

  /** The facts by which others are decided; somebody unknown's where it cannot be told. */
  private List<ResourceFacts> whole(List<String> names, int steps) {
    Map<String, Resource> found = steps == 0 ? Map.of() : related.findAll(names);
    return names.stream()
        .map(
            name ->
                Optional.ofNullable(found.get(name))
                    .map(one -> of(one, reader.walk(one, Carrier.NONE), steps - 1))
                    .orElseGet(() -> unknown(name)))
        .toList();
  }

  private static ResourceFacts unknown(String reference) {
    return new ResourceFacts(
        List.of(reference),
        true,
        Owners.UNKNOWN,
        List.of(typeOf(reference)),
        ResourceFacts.Labels.NONE,
        Optional.empty(),
        ResourceFacts.Links.NONE,
        List.of());
  }

  /**
   * A Binary is as well protected as what its security context names; a patient there is an owner
   * already. Without a context it belongs to whom everything belongs that refers to it.
   */
  private ResourceFacts ofBinary(Binary binary, ResourceFacts own, int steps) {
    if (!own.owners().known().isEmpty() || !own.owners().complete()) {
      return own;
    }
    if (binary.hasSecurityContext()) {
      return references(Stream.of(binary.getSecurityContext()))
          .findFirst()
          .map(context -> inContext(own, context, steps))
          .orElseGet(() -> with(own, true, Owners.UNOWNED, List.of()));
    }
    List<ResourceFacts> referrers = referrers(own, steps);
    return referrers.isEmpty()
        ? with(own, true, Owners.UNKNOWN, List.of())
        : with(own, true, Owners.NONE, underItsLabels(referrers, own));
  }

  private ResourceFacts inContext(ResourceFacts own, String context, int steps) {
    Optional<ResourceFacts> found =
        related.find(context).map(one -> of(one, reader.walk(one, Carrier.NONE), steps - 1));
    if (found.isPresent()) {
      ResourceFacts facts = found.get();
      ResourceFacts content =
          new ResourceFacts(
              own.names(),
              facts.governed(),
              facts.owners(),
              facts.types(),
              facts.labels().attaching(own.labels().formats()),
              facts.clinicalTime(),
              facts.links(),
              facts.parts());
      return own.labels().security().isEmpty()
          ? content
          : with(
              content,
              content.governed(),
              content.owners(),
              append(content.parts(), underItsLabels(content, own)));
    }
    if (related.isErased(context)) {
      return with(own, true, Owners.UNKNOWN, List.of());
    }
    return GovernedTypes.isOpen(typeOf(context)) ? own : with(own, true, Owners.UNOWNED, List.of());
  }

  private static List<ResourceFacts> append(List<ResourceFacts> all, ResourceFacts one) {
    return Stream.concat(all.stream(), Stream.of(one)).toList();
  }

  /** Of everything that may refer to it, what really does. */
  private List<ResourceFacts> referrers(ResourceFacts binary, int steps) {
    List<ResourceFacts> found = new ArrayList<>();
    boolean allKnown = related.knowsReferrers();
    for (String name : binary.names()) {
      List<String> referrers = related.referrersOf(name);
      if (!allKnown || referrers.size() > MOST_RESOURCES || steps == 0) {
        return List.of(unknown(name));
      }
      related.findAll(referrers).values().stream()
          .map(one -> of(one, reader.walk(one, Carrier.NONE), steps - 1))
          .filter(facts -> facts.links().all().contains(name))
          .forEach(found::add);
    }
    return found;
  }

  private static String typeOf(String reference) {
    return reference.substring(0, Math.max(0, reference.indexOf('/')));
  }

  /** One look around, step by step; what was looked at is not looked at again. */
  private final class Search {
    private final Set<String> seen;
    private final Set<PatientId> owners = new LinkedHashSet<>();
    private boolean complete = true;
    private boolean cutOff;

    Search(ResourceFacts from) {
      seen = new LinkedHashSet<>(from.names());
      Set<String> next = new LinkedHashSet<>(leading(from));
      for (int step = 0; step < STEPS && !next.isEmpty() && !cutOff; step++) {
        next = step(next);
      }
      cutOff |= next.stream().anyMatch(name -> !seen.contains(name) && isClosed(name));
    }

    Owners owners() {
      if (cutOff || owners.size() > MOST_OWNERS) {
        return Owners.UNKNOWN;
      }
      return new Owners(List.copyOf(owners), complete);
    }

    private Set<String> step(Set<String> names) {
      Set<String> further = new LinkedHashSet<>();
      List<String> fresh =
          names.stream()
              .filter(name -> !seen.contains(name))
              .sorted(Comparator.comparing(name -> !isClosed(name)))
              .toList();
      List<String> looked = fresh.subList(0, Math.min(fresh.size(), left()));
      cutOff |= fresh.stream().skip(looked.size()).anyMatch(this::isClosed);
      Map<String, Resource> read = related.findAll(looked);
      for (String name : looked) {
        if (owners.size() > MOST_OWNERS) {
          cutOff = true;
          return Set.of();
        }
        if (seen.add(name)) {
          Optional<Resource> found = Optional.ofNullable(read.get(name));
          cutOff |= found.isEmpty() && related.isErased(name);
          complete &= found.isPresent() || !isClosed(name);
          found.ifPresent(one -> take(name, reader.walk(one, Carrier.NONE), further));
        }
      }
      return further;
    }

    private int left() {
      return Math.max(0, MOST_RESOURCES + 1 - seen.size());
    }

    private void take(String name, ResourceFacts facts, Set<String> further) {
      owners.addAll(facts.owners().known());
      complete &= facts.owners().complete();
      facts.parts().forEach(part -> take(name, part, further));
      if (facts.owners().known().isEmpty() || typeOf(name).equals(PROVENANCE)) {
        further.addAll(leading(facts));
      }
      if (name.startsWith(BINARY) && facts.links().all().isEmpty()) {
        cutOff |= !related.knowsReferrers();
        further.addAll(related.referrersOf(name));
      }
    }

    /**
     * What may say whose it is. What is of an open type shows a Binary as everybody's: who else
     * refers to it, now or later, is no owner of what shows it (OWN-2).
     */
    private List<String> leading(ResourceFacts facts) {
      return facts.types().stream().allMatch(GovernedTypes::isOpen)
          ? facts.links().all().stream().filter(name -> !name.startsWith(BINARY)).toList()
          : facts.links().all();
    }

    private boolean isClosed(String reference) {
      return !GovernedTypes.isOpen(typeOf(reference));
    }
  }
}
