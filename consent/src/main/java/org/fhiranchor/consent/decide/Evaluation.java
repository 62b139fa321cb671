package org.fhiranchor.consent.decide;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A walk through a Consent's provisions (DEC-3, DEC-5). The deepest provision that matches wins, at
 * equal depth a deny. Below a provision that is not understood, or that names the requester as the
 * token does not, only denies count.
 */
final class Evaluation {
  private static final int NOWHERE = -1;

  private final AccessRequest request;
  private final ResourceFacts facts;
  private int permitDepth = NOWHERE;
  private int denyDepth = NOWHERE;
  private @Nullable Provision permit;
  private @Nullable Provision deny;
  private Reason missed = Reason.NO_CONSENT;

  Evaluation(AccessRequest request, ResourceFacts facts) {
    this.request = request;
    this.facts = facts;
  }

  /** Walks through another Consent; what was found in the one before is forgotten. */
  Evaluation on(Provision root) {
    permitDepth = NOWHERE;
    denyDepth = NOWHERE;
    permit = null;
    deny = null;
    missed = Reason.NO_CONSENT;
    visit(root, 0, true);
    return this;
  }

  private void visit(Provision provision, int depth, boolean permitsCount) {
    Provision.Match match = provision.match(request, facts);
    if (match == Provision.Match.NO) {
      miss(provision, permitsCount);
      visitAlone(provision, depth + 1, permitsCount && provision.lendsPermits());
      return;
    }
    boolean understood = permitsCount && match == Provision.Match.YES;
    if (provision.isTypeless()) {
      missed = missed.closest(Reason.UNSUPPORTED);
    } else if (provision.type() == ProvisionType.DENY) {
      deny(provision, depth);
    } else if (understood) {
      permit(provision, depth);
    } else if (match == Provision.Match.BY_OTHER_NAME) {
      miss(provision, permitsCount);
    } else {
      missed = missed.closest(Reason.UNSUPPORTED);
    }
    for (Provision exception : provision.exceptions()) {
      visit(exception, depth + 1, understood);
    }
  }

  /** Below a provision that does not match: what says anew where it is too narrow (DENY-4). */
  private void visitAlone(Provision unmatched, int depth, boolean permitsCount) {
    for (Provision exception : unmatched.exceptions()) {
      // what takes back such a deny must not permit what the permit around it never did
      boolean permits = permitsCount && exception.type() == ProvisionType.PERMIT;
      boolean counts = permits || exception.type() == ProvisionType.DENY;
      if (counts && exception.matchesAlone(request, facts)) {
        visit(exception, depth, permits);
      } else if (exception.exceptions().length > 0) {
        visitAlone(exception, depth + 1, permitsCount && exception.lendsPermits());
      }
    }
  }

  private void miss(Provision provision, boolean permitsCount) {
    if (permitsCount && provision.type() == ProvisionType.PERMIT) {
      missed = missed.closest(provision.unmet(request, facts));
    }
  }

  private void deny(Provision provision, int depth) {
    if (depth > denyDepth) {
      denyDepth = depth;
      deny = provision;
    }
  }

  private void permit(Provision provision, int depth) {
    if (depth > permitDepth) {
      permitDepth = depth;
      permit = provision;
    }
  }

  /** The permits win. */
  boolean permits() {
    return permitDepth > denyDepth;
  }

  /** Some deny matches, whether or not a deeper permit takes it back. */
  boolean deniesSomewhere() {
    return denyDepth > NOWHERE;
  }

  /** How close a permit came that does not match. */
  Reason missed() {
    return missed;
  }

  /** The provisions from the root down to the permit that decided; empty when none did. */
  List<Provision> permittedBy(Provision root) {
    return permits() && permit != null ? root.downTo(permit, permitDepth) : List.of();
  }

  /**
   * Where in the Consent the provision stands that decided, as a FHIRPath; empty when none matched.
   */
  Optional<String> decidedBy(Provision root) {
    Provision decisive = permits() ? permit : deny;
    return decisive == null
        ? Optional.empty()
        : root.pathTo(decisive, Math.max(permitDepth, denyDepth), "Consent.provision");
  }
}
