package org.fhiranchor.consent.decide;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One element of a provision (DEC-4). Its values are alternatives. Where it is doubtful whether an
 * element covers a request, a permit's does not and a deny's does.
 */
public sealed interface Clause {
  /** Whether this element of a provision of that type covers the request for that resource. */
  boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts);

  /** Whether it covers the request for some resource; exact where no resource is looked at. */
  default boolean couldCover(ProvisionType type, AccessRequest request) {
    return true;
  }

  /** Whether it names the requester, by a name that the token does not say (DENY-7). */
  default boolean isByOtherName(AccessRequest request) {
    return false;
  }

  /** Why not, when it does not. */
  default Reason unmet(AccessRequest request) {
    return Reason.SCOPE;
  }

  /**
   * {@code actor}: any of these references, a CareTeam's members included.
   *
   * @param during for those among them who are members at times only, when
   */
  record Actors(Set<String> references, Map<String, Set<TimeSpan>> during) implements Clause {
    public Actors {
      references = Set.copyOf(references);
      during = Map.copyOf(during);
    }

    /** At any time. */
    public Actors(Set<String> references) {
      this(references, Map.of());
    }

    @Override
    public boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts) {
      return couldCover(type, request);
    }

    @Override
    public boolean couldCover(ProvisionType type, AccessRequest request) {
      return names(request.requester().actors(), request)
          || (type == ProvisionType.DENY && namesOther(request));
    }

    @Override
    public boolean isByOtherName(AccessRequest request) {
      return namesOther(request) && !names(request.requester().actors(), request);
    }

    private boolean namesOther(AccessRequest request) {
      OtherNames others = request.requester().others();
      return !others.known() || names(others.references(), request);
    }

    private boolean names(Set<String> asking, AccessRequest request) {
      for (String actor : asking) {
        if (references.contains(actor) && isThen(actor, request.millis())) {
          return true;
        }
      }
      return false;
    }

    private boolean isThen(String actor, long millis) {
      Set<TimeSpan> spans = during.get(actor);
      return spans == null || spans.stream().anyMatch(span -> span.contains(millis));
    }

    @Override
    public Reason unmet(AccessRequest request) {
      return Reason.ACTOR;
    }
  }

  /**
   * {@code purpose}: these or below. A permit wants every stated purpose covered and at least one
   * stated; a deny is content with any, and with none stated.
   */
  final class Purposes implements Clause {
    private final long bits;
    private final Set<Purpose> exact;

    public Purposes(Set<Purpose> purposes) {
      long below = 0;
      for (Purpose purpose : purposes) {
        below |= purpose.bitsBelow();
      }
      this.bits = below;
      this.exact = Set.copyOf(purposes);
    }

    /** As they stand in the Consent, without those below them. */
    public Set<Purpose> named() {
      return exact;
    }

    @Override
    public boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts) {
      return couldCover(type, request);
    }

    @Override
    public boolean couldCover(ProvisionType type, AccessRequest request) {
      boolean any = type == ProvisionType.DENY;
      List<Purpose> stated = request.purposes();
      for (int i = 0; i < stated.size(); i++) {
        if (has(stated.get(i)) == any) {
          return any;
        }
      }
      return any == stated.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Purposes that && exact.equals(that.exact);
    }

    @Override
    public int hashCode() {
      return exact.hashCode();
    }

    private boolean has(Purpose purpose) {
      return (purpose.bit() & bits) != 0 || exact.contains(purpose);
    }

    @Override
    public Reason unmet(AccessRequest request) {
      return Reason.PURPOSE;
    }
  }

  /** The action asked for is one of these; for a deny, it also is when it entails one of these. */
  record Actions(Set<Action> actions) implements Clause {
    public Actions {
      actions = Set.copyOf(actions);
    }

    @Override
    public boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts) {
      return couldCover(type, request);
    }

    @Override
    public boolean couldCover(ProvisionType type, AccessRequest request) {
      return type == ProvisionType.DENY
          ? request.action().isDeniedWith(actions)
          : actions.contains(request.action());
    }
  }

  /**
   * {@code class}. A permit wants every governed type that the resource carries, or its document
   * type, or the type of all content attached to it.
   *
   * @param formats MIME types
   */
  record Classes(Set<String> types, Set<Code> documentTypes, Set<String> formats)
      implements Clause {
    public Classes {
      types = Set.copyOf(types);
      documentTypes = Set.copyOf(documentTypes);
      formats = Set.copyOf(formats);
    }

    /** Without MIME types. */
    public Classes(Set<String> types, Set<Code> documentTypes) {
      this(types, documentTypes, Set.of());
    }

    @Override
    public boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts) {
      return (type == ProvisionType.DENY ? anyType(facts) : types.containsAll(facts.types()))
          || Codes.anyOf(documentTypes, facts.labels().documentTypes())
          || (!formats.isEmpty() && coversContent(type, facts));
    }

    private boolean coversContent(ProvisionType type, ResourceFacts facts) {
      List<String> attached = facts.labels().formats();
      if (type == ProvisionType.DENY) {
        return Data.anyOf(formats, attached);
      }
      boolean nothingElse = facts.types().size() == 1;
      return nothingElse && !attached.isEmpty() && formats.containsAll(attached);
    }

    private boolean anyType(ResourceFacts facts) {
      for (String type : facts.types()) {
        if (types.contains(type)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Any coding anywhere in the resource is one of these; for a deny, in the products that it refers
   * to too, of which not all may be known, and one that does not say its system as well.
   */
  record Codes(Set<Code> codes) implements Clause {
    public Codes {
      codes = Set.copyOf(codes);
    }

    @Override
    public boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts) {
      return anyOf(codes, facts.labels().codes())
          || (type == ProvisionType.DENY
              && (!facts.labels().referred().complete()
                  || anyOf(codes, facts.labels().referred().codes())
                  || maybeAnyOf(facts.labels().codes())
                  || maybeAnyOf(facts.labels().referred().codes())));
    }

    private boolean maybeAnyOf(List<Code> present) {
      for (int i = 0; i < present.size(); i++) {
        Code code = present.get(i);
        if (code.system().isEmpty()
            && codes.stream().anyMatch(wanted -> wanted.code().equals(code.code()))) {
          return true;
        }
      }
      return false;
    }

    static boolean anyOf(Set<Code> wanted, List<Code> present) {
      if (wanted.isEmpty()) {
        return false;
      }
      for (int i = 0; i < present.size(); i++) {
        if (wanted.contains(present.get(i))) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * {@code securityLabel}. Confidentiality is a high-water mark: a permit for R covers R and all
   * below, a deny of R covers R and all above. Other labels are compared as they are; a deny's hold
   * those below them already.
   */
  record SecurityLabels(Optional<Mark> mark, Set<Code> others) implements Clause {
    public SecurityLabels {
      others = Set.copyOf(others);
    }

    /** The lowest and the highest level named. */
    public record Mark(Confidentiality lowest, Confidentiality highest) {}

    @Override
    public boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts) {
      return (mark.isPresent() && within(mark.get(), type, facts.labels().confidentiality()))
          || Codes.anyOf(others, facts.labels().security());
    }

    private static boolean within(Mark mark, ProvisionType type, Confidentiality level) {
      return type == ProvisionType.PERMIT
          ? level.compareTo(mark.highest()) <= 0
          : level.compareTo(mark.lowest()) >= 0;
    }
  }

  /**
   * {@code dataPeriod}. A permit wants all of the clinical time inside, a deny is content with a
   * part or with none told. Who the patient is has no time: a permit covers it, a deny does not.
   */
  record DataPeriod(TimeSpan span) implements Clause {
    @Override
    public boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts) {
      if (isPatientAlone(facts)) {
        return type == ProvisionType.PERMIT;
      }
      Optional<TimeSpan> time = facts.clinicalTime();
      if (time.isEmpty()) {
        return type == ProvisionType.DENY;
      }
      return type == ProvisionType.DENY ? span.overlaps(time.get()) : span.covers(time.get());
    }

    private static boolean isPatientAlone(ResourceFacts facts) {
      return facts.types().size() == 1 && facts.types().get(0).equals("Patient");
    }
  }

  /**
   * {@code data}.
   *
   * @param instances the resource itself is one of these (instance; related, and a deny's
   *     dependents, with what the named resource refers to)
   * @param dependentsOf the resource is one of these, or refers to one (dependents, and a deny's
   *     related)
   * @param authors the resource was written by one of these
   */
  record Data(Set<String> instances, Set<String> dependentsOf, Set<String> authors)
      implements Clause {
    public Data {
      instances = Set.copyOf(instances);
      dependentsOf = Set.copyOf(dependentsOf);
      authors = Set.copyOf(authors);
    }

    @Override
    public boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts) {
      return anyOf(instances, facts.names())
          || anyOf(dependentsOf, facts.names())
          || anyOf(dependentsOf, facts.links().all())
          || wrote(type, facts.links().authors());
    }

    /** A permit wants what is contained to be written by one of them too, where it says by whom. */
    private boolean wrote(ProvisionType type, List<List<String>> each) {
      if (authors.isEmpty() || each.isEmpty()) {
        return false;
      }
      return type == ProvisionType.DENY
          ? each.stream().anyMatch(some -> anyOf(authors, some))
          : each.stream().allMatch(some -> anyOf(authors, some));
    }

    static boolean anyOf(Set<String> wanted, List<String> present) {
      if (wanted.isEmpty()) {
        return false;
      }
      for (int i = 0; i < present.size(); i++) {
        if (wanted.contains(present.get(i))) {
          return true;
        }
      }
      return false;
    }
  }

  /** {@code period}: the rule holds only then. */
  record Period(TimeSpan span) implements Clause {
    @Override
    public boolean covers(ProvisionType type, AccessRequest request, ResourceFacts facts) {
      return couldCover(type, request);
    }

    @Override
    public boolean couldCover(ProvisionType type, AccessRequest request) {
      return span.contains(request.millis());
    }

    @Override
    public Reason unmet(AccessRequest request) {
      return span.startsAfter(request.millis()) ? Reason.NOT_YET_VALID : Reason.EXPIRED;
    }
  }
}
