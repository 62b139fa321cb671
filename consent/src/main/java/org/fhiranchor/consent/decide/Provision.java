package org.fhiranchor.consent.decide;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One provision of a Consent with the exceptions below it, compiled (DEC-3). */
public final class Provision {
  /** How far this server understands a provision (DEC-5). */
  public enum Understanding {
    /** Every element. */
    FULL,
    /** Some element says something unknown; the other elements still narrow a deny. */
    PARTLY,
    /** An unknown modifier may change what all of it means: a deny covers everything. */
    NOT,
    /** All but whether it permits or denies: it does neither, and what is below it counts. */
    TYPELESS
  }

  /** Whether a provision covers a request. */
  enum Match {
    YES,
    NO,
    DOUBTFUL,
    /** The requester is somebody it names, but the token does not say so (DENY-7). */
    BY_OTHER_NAME
  }

  /** Stands for every actor, where a permit names none. */
  public static final String ANYBODY = "";

  private final ProvisionType type;
  private final Understanding understanding;
  private final Clause[] clauses;
  private final Clause @Nullable [] alone;
  private final Provision[] exceptions;

  /**
   * A provision that holds only where the one around it does.
   *
   * @param clauses its elements; the first that is unmet gives the reason, so the order is that of
   *     {@link Reason}
   */
  public Provision(
      ProvisionType type,
      Understanding understanding,
      List<Clause> clauses,
      List<Provision> exceptions) {
    this(type, understanding, clauses, Optional.empty(), exceptions);
  }

  /**
   * A provision that may hold where the one around it does not (DENY-4): it says itself what that
   * one is too narrow for.
   *
   * @param alone what it then needs besides its own elements: those of the provisions around it
   *     that it does not say anew; empty when it holds only where the one around it does
   */
  public Provision(
      ProvisionType type,
      Understanding understanding,
      List<Clause> clauses,
      Optional<List<Clause>> alone,
      List<Provision> exceptions) {
    this.type = type;
    this.understanding = understanding;
    this.clauses = clauses.toArray(Clause[]::new);
    this.alone = alone.map(more -> more.toArray(Clause[]::new)).orElse(null);
    this.exceptions = exceptions.toArray(Provision[]::new);
  }

  ProvisionType type() {
    return type;
  }

  Provision[] exceptions() {
    return exceptions;
  }

  /**
   * The requesters whom it or an exception may cover. Anybody, unless it has actors, and those are
   * the first that it asks for: else another element may give the reason why it does not match.
   */
  long actors() {
    boolean asked = understanding != Understanding.NOT && clauses.length > 0;
    if (!asked || !(clauses[0] instanceof Clause.Actors actors)) {
      return ActorBits.ANYBODY;
    }
    long bits = ActorBits.meant(actors.references());
    for (Provision exception : exceptions) {
      bits |= exception.actorsAlone();
    }
    return bits;
  }

  private long actorsAlone() {
    long bits = alone == null ? 0 : actors();
    for (Provision exception : exceptions) {
      bits |= exception.actorsAlone();
    }
    return bits;
  }

  /** Whether it may match although the provision around it does not. */
  boolean matchesAlone(AccessRequest request, ResourceFacts facts) {
    if (alone == null) {
      return false;
    }
    for (Clause clause : alone) {
      if (!clause.covers(type, request, facts)) {
        return false;
      }
    }
    return true;
  }

  Match match(AccessRequest request, ResourceFacts facts) {
    if (understanding == Understanding.NOT) {
      return Match.DOUBTFUL;
    }
    boolean otherName = false;
    for (Clause clause : clauses) {
      if (clause.isByOtherName(request)) {
        otherName = true;
      } else if (!clause.covers(type, request, facts)) {
        return Match.NO;
      }
    }
    if (!permitsCountBelow()) {
      return Match.DOUBTFUL;
    }
    return otherName ? Match.BY_OTHER_NAME : Match.YES;
  }

  /** Whether it neither permits nor denies, and only holds together what is below it. */
  boolean isTypeless() {
    return understanding == Understanding.TYPELESS;
  }

  /** Whether a permit below may hold where this does not: below a deny it only takes back. */
  boolean lendsPermits() {
    return permitsCountBelow() && type == ProvisionType.PERMIT;
  }

  private boolean permitsCountBelow() {
    return understanding == Understanding.FULL || understanding == Understanding.TYPELESS;
  }

  /** Whether a permit here or below could cover the request for some resource. */
  boolean couldPermit(AccessRequest request) {
    if (!permitsCountBelow() || !couldCover(request)) {
      return false;
    }
    if (type == ProvisionType.PERMIT && !isTypeless()) {
      return true;
    }
    for (Provision exception : exceptions) {
      if (exception.couldPermit(request)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a deny here or below could cover somebody, for whatever they ask and whenever.
   *
   * @param means whether actors of these names may be they
   * @param above whether the provision around it may cover them
   */
  boolean couldDeny(Predicate<Set<String>> means, boolean above) {
    boolean covers =
        (above || alone != null)
            && (understanding == Understanding.NOT || named().map(means::test).orElse(true));
    if (covers && type == ProvisionType.DENY && !isTypeless()) {
      return true;
    }
    for (Provision exception : exceptions) {
      if (exception.couldDeny(means, covers)) {
        return true;
      }
    }
    return false;
  }

  private boolean couldCover(AccessRequest request) {
    for (Clause clause : clauses) {
      if (!clause.couldCover(type, request)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Adds whom permits here or below could be for: whoever is permitted is among them.
   *
   * @param above the same of the provision around
   */
  void addPermitted(Set<String> above, Set<String> all) {
    if (!permitsCountBelow()) {
      return;
    }
    Set<String> own = named().orElse(above);
    if (type == ProvisionType.PERMIT && !isTypeless()) {
      all.addAll(own);
    }
    for (Provision exception : exceptions) {
      exception.addPermitted(own, all);
    }
  }

  private Optional<Set<String>> named() {
    for (Clause clause : clauses) {
      if (clause instanceof Clause.Actors actors) {
        return Optional.of(actors.references());
      }
    }
    return Optional.empty();
  }

  Reason unmet(AccessRequest request, ResourceFacts facts) {
    for (Clause clause : clauses) {
      if (!clause.covers(type, request, facts)) {
        return clause.unmet(request);
      }
    }
    return Reason.UNSUPPORTED;
  }

  /** Equal when they say the same; compiled Consents share equal provisions. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Provision that
        && type == that.type
        && understanding == that.understanding
        && Arrays.equals(clauses, that.clauses)
        && Arrays.equals(alone, that.alone)
        && Arrays.equals(exceptions, that.exceptions);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, understanding, Arrays.hashCode(clauses), Arrays.hashCode(exceptions));
  }

  /**
   * What it needs to hold.
   *
   * @param standsAlone whether the provision around it does not hold
   */
  List<Clause> needed(boolean standsAlone) {
    List<Clause> needed = new ArrayList<>(Arrays.asList(clauses));
    if (standsAlone && alone != null) {
      needed.addAll(Arrays.asList(alone));
    }
    return needed;
  }

  /** The provisions from here to the wanted one that deep below; empty when it is not there. */
  List<Provision> downTo(Provision wanted, int depth) {
    if (depth == 0) {
      return wanted.equals(this) ? List.of(this) : List.of();
    }
    for (Provision exception : exceptions) {
      List<Provision> below = exception.downTo(wanted, depth - 1);
      if (!below.isEmpty()) {
        List<Provision> path = new ArrayList<>(List.of(this));
        path.addAll(below);
        return path;
      }
    }
    return List.of();
  }

  /**
   * Where the wanted provision stands that deep below this one, as a FHIRPath; empty when it does
   * not.
   */
  Optional<String> pathTo(Provision wanted, int depth, String own) {
    if (depth == 0) {
      return wanted.equals(this) ? Optional.of(own) : Optional.empty();
    }
    for (int i = 0; i < exceptions.length; i++) {
      String below = own + ".provision[" + i + "]";
      Optional<String> path = exceptions[i].pathTo(wanted, depth - 1, below);
      if (path.isPresent()) {
        return path;
      }
    }
    return Optional.empty();
  }
}
