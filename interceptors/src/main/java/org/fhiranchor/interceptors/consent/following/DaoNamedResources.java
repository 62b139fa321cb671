package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.recording.RecordedWriter;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;

/** What Consents name, read from HAPI as the server itself. */
public final class DaoNamedResources implements NamedResources {
  /** Most teams and groups looked at for one, itself included: past them nobody knows who is in. */
  static final int MAX_TEAMS = 32;

  /** Most looks into them, each for another time; past them nobody knows either. */
  static final int MAX_VISITS = 1024;

  private final DaoRegistry daos;
  private final LocalReferences references;
  private final ConfirmedResources stored;
  private final EditedRows edited;
  private final MemberTimes times;

  /**
   * Reads through these, and takes for known only what the log confirms (FOL-3).
   *
   * @param zone of times that name none
   */
  public DaoNamedResources(
      DaoRegistry daos,
      LocalReferences references,
      LeafComparison leaves,
      EditedRows edited,
      ZoneId zone) {
    this.daos = daos;
    this.references = references;
    this.stored = new ConfirmedResources(daos, leaves);
    this.edited = edited;
    this.times = new MemberTimes(zone);
  }

  @Override
  public Members membersOf(String collective, Consumer<String> looksAt) {
    // Noted before it is read: one that is missing, or cannot be read, may be another one later.
    looksAt.accept(collective);
    Walk walk = new Walk(looksAt);
    Optional<Confirmed> found = walk.read(collective);
    boolean definition =
        found.filter(one -> one.resource() instanceof Group g && !isOfActual(g)).isPresent();
    if (found.isEmpty() || definition) {
      return Members.unknown();
    }
    walk.into(collective, TimeSpan.ALWAYS);
    return walk.members();
  }

  /** One look at everybody in a team, at any depth. */
  private final class Walk {
    private final Map<String, Set<TimeSpan>> certain = new LinkedHashMap<>();
    private final Set<String> possible = new LinkedHashSet<>();
    private final Map<String, Set<TimeSpan>> lookedAt = new LinkedHashMap<>();
    private final Map<String, Optional<Confirmed>> read = new HashMap<>();
    private final Set<String> unconfirmed = new HashSet<>();
    private final Consumer<String> looksAt;
    private int visits;
    private boolean whole = true;
    private boolean others;

    Walk(Consumer<String> looksAt) {
      this.looksAt = looksAt;
    }

    /** With one team that the log does not confirm nobody is known. */
    Members members() {
      Map<String, Set<TimeSpan>> during = new HashMap<>(certain);
      during.values().removeIf(spans -> spans.contains(TimeSpan.ALWAYS));
      Set<String> always = new HashSet<>(certain.keySet());
      always.removeAll(during.keySet());
      return new Members(whole && unconfirmed.isEmpty(), always, during, possible, others);
    }

    Optional<Confirmed> read(String collective) {
      return read.computeIfAbsent(
          collective, name -> DaoNamedResources.this.read(name, unconfirmed));
    }

    /**
     * Members of one more team. One that is inside at several times is looked at for each.
     *
     * @param then when whoever is in it is a member of the outermost one without a doubt
     */
    void into(String collective, TimeSpan then) {
      Set<TimeSpan> looks = lookedAt.get(collective);
      if (looks == null && lookedAt.size() < MAX_TEAMS) {
        looks = new HashSet<>();
        lookedAt.put(collective, looks);
        looksAt.accept(collective);
      }
      if (looks == null || visits >= MAX_VISITS) {
        whole = false;
      } else if (looks.isEmpty() || !isCovered(looks, then)) {
        looks.add(then);
        visits++;
        // Nobody can tell who is in one that is missing.
        read(collective).ifPresentOrElse(found -> into(found, then), () -> others = true);
      }
    }

    private static boolean isCovered(Set<TimeSpan> looks, TimeSpan then) {
      return then.equals(TimeSpan.NEVER) || looks.stream().anyMatch(look -> look.covers(then));
    }

    /** A permit counts whom a team names only in a version by somebody who may say so (W-4). */
    private void into(Confirmed found, TimeSpan then) {
      if (found.resource() instanceof CareTeam team) {
        TimeSpan certain =
            found.writer().mayNameCareTeam(local(team.getSubject()))
                ? then.within(times.of(team))
                : TimeSpan.NEVER;
        for (CareTeam.CareTeamParticipantComponent participant : team.getParticipant()) {
          member(participant.getMember(), certain.within(times.of(participant)));
        }
      } else if (found.resource() instanceof Group group && isOfActual(group)) {
        TimeSpan certain =
            found.writer().mayNameGroup() ? then.within(MemberTimes.of(group)) : TimeSpan.NEVER;
        for (Group.GroupMemberComponent member : group.getMember()) {
          member(member.getEntity(), certain.within(MemberTimes.of(member)));
        }
        others |= MemberTimes.hasMore(group);
      } else {
        others = true;
      }
    }

    private void member(Reference member, TimeSpan then) {
      String name = local(member);
      if (name.isEmpty()) {
        others = true;
      } else {
        possible.add(name);
        if (!then.equals(TimeSpan.NEVER)) {
          certain.computeIfAbsent(name, who -> new LinkedHashSet<>()).add(then);
        }
      }
      if (name.startsWith("CareTeam/") || name.startsWith("Group/")) {
        into(name, then);
      }
    }
  }

  /** A value that is not there, such as one that is an extension alone, is no list of anybody. */
  private static boolean isOfActual(Group group) {
    return Boolean.TRUE.equals(group.getActualElement().getValue());
  }

  /** Normalised; empty when it leads to nothing of this server. */
  private String local(Reference reference) {
    return Optional.ofNullable(reference.getReference()).flatMap(references::normalise).orElse("");
  }

  /** A resource that is as it was written, and by whom. */
  private record Confirmed(IBaseResource resource, RecordedWriter writer) {}

  @Override
  public Optional<Set<String>> referencesOf(String resource) {
    Set<String> unconfirmed = new HashSet<>();
    Optional<Confirmed> found = read(resource, unconfirmed);
    return unconfirmed.isEmpty()
        ? found.map(Confirmed::resource).map(this::references)
        : Optional.empty();
  }

  @Override
  public boolean isSomebodys(String role) {
    return read(role, new HashSet<>())
        .map(Confirmed::resource)
        .filter(PractitionerRole.class::isInstance)
        .map(PractitionerRole.class::cast)
        .filter(one -> one.hasPractitioner() && local(one.getPractitioner()).isEmpty())
        .isPresent();
  }

  @Override
  public boolean isUnconfirmed(String resource) {
    Set<String> unconfirmed = new HashSet<>();
    read(resource, unconfirmed);
    return !unconfirmed.isEmpty();
  }

  private Set<String> references(IBaseResource resource) {
    Set<String> found = new LinkedHashSet<>();
    daos.getFhirContext()
        .newTerser()
        .getAllResourceReferences(resource)
        .forEach(
            info -> {
              String reference = info.getResourceReference().getReferenceElement().getValue();
              if (reference != null) {
                references.normalise(reference).ifPresent(found::add);
              }
            });
    return found;
  }

  private Optional<Confirmed> read(String reference, Set<String> unconfirmed) {
    ConfirmedResources.Found found = stored.read(reference);
    Optional<String> wrong = wrong(found.result());
    edited.looked(reference, wrong);
    if (wrong.isPresent()) {
      unconfirmed.add(reference);
      return Optional.empty();
    }
    return found.resource().map(resource -> new Confirmed(resource, found.writer()));
  }

  private static Optional<String> wrong(LeafComparison.Result result) {
    return switch (result) {
      case FITS -> Optional.empty();
      case NOT_RECORDED -> Optional.of("it has no leaf: write it once more, so that it counts");
      case EDITED -> Optional.of(ConfirmedResources.EDITED);
    };
  }
}
