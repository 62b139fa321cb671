package org.fhiranchor.interceptors.replay;

import static org.fhiranchor.interceptors.disclosure.AuditEventText.number;
import static org.fhiranchor.interceptors.disclosure.AuditEventText.text;
import static org.fhiranchor.interceptors.disclosure.AuditEventText.texts;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.consent.decide.RequesterFacts;
import org.fhiranchor.interceptors.disclosure.AccessQuestion;
import org.fhiranchor.interceptors.disclosure.Accounting;
import org.fhiranchor.interceptors.disclosure.AuditEventText;
import org.fhiranchor.interceptors.disclosure.DecisionEpoch;
import org.fhiranchor.merkle.JsonValue;

/**
 * What a record of the journal says of a decision.
 *
 * @param members of its content
 */
record RecordedDecision(Instant at, Map<String, JsonValue> members) {
  /** Interactions that bring a resource, alone and as an entry of a batch or transaction. */
  private static final Pattern WITH_BODY =
      Pattern.compile("(?:create|update|patch|entry (?:POST|PUT|PATCH)) [A-Z]");

  /** What was decided: the rule and the consents that permitted, or the reason that refused. */
  record Outcome(boolean permitted, Optional<String> why, Set<String> consents) {}

  /** As the content says, which its digest holds: the column beside it is for the index. */
  static RecordedDecision of(Accounting.Line line) {
    try {
      Instant at = text(line.members(), "recorded").map(Instant::parse).orElse(line.recorded());
      return new RecordedDecision(at, line.members());
    } catch (DateTimeParseException forged) {
      // No leaf will name it: what is written here can be read.
      return new RecordedDecision(line.recorded(), line.members());
    }
  }

  Outcome outcome() {
    Optional<String> notEnforced = text(members, "notEnforced");
    if (notEnforced.isPresent()) {
      return new Outcome(false, notEnforced, Set.of());
    }
    return isShown()
        ? new Outcome(true, text(members, "rule"), Set.copyOf(texts(members, "consents")))
        : new Outcome(false, text(members, "reason"), Set.of());
  }

  boolean isShown() {
    return text(members, "outcome").filter("shown"::equals).isPresent();
  }

  Optional<PatientId> patient() {
    return text(members, "patient").filter(PatientId::isReference).map(PatientId::ofReference);
  }

  Optional<DecisionEpoch> epoch() {
    return DecisionEpoch.of(members);
  }

  /** The block of a permit, which may be later than the one when it was asked. */
  long block(DecisionEpoch epoch) {
    return Math.max(epoch.block(), number(members, "block"));
  }

  /** What keeps it from being decided on consents at all. */
  Optional<ReplayReason> obstacle() {
    Optional<DecisionEpoch> epoch = epoch();
    if (epoch.isEmpty()) {
      return Optional.of(ReplayReason.EPOCH_NOT_KEPT);
    }
    Optional<String> why = outcome().why();
    if (!isShown() && bringsBody() && why.filter(text -> !text.equals("SURFACE")).isEmpty()) {
      return Optional.of(ReplayReason.BODY_NOT_KEPT);
    }
    if (why.isEmpty() || why.equals(Optional.of(Rule.NOT_GOVERNED.name())) || isOther(why.get())) {
      return Optional.of(ReplayReason.NOT_A_CONSENT_DECISION);
    }
    if (why.equals(Optional.of(Rule.UNOWNED_SCOPE.name()))) {
      return Optional.of(ReplayReason.SCOPES_NOT_KEPT);
    }
    boolean behind = epoch.get().block() < 0 || why.equals(Optional.of(Reason.LEDGER_STALE.name()));
    return behind ? Optional.of(ReplayReason.NODE_WAS_BEHIND) : Optional.empty();
  }

  private boolean bringsBody() {
    return text(members, "interaction")
        .filter(one -> WITH_BODY.matcher(one).lookingAt())
        .isPresent();
  }

  private static boolean isOther(String why) {
    return !isOneOf(Rule.values(), why) && !isOneOf(Reason.values(), why);
  }

  private static boolean isOneOf(Enum<?>[] all, String name) {
    return List.of(all).stream().anyMatch(one -> one.name().equals(name));
  }

  /** What was decided about: what was shown, else what was asked for. */
  Set<String> resources() {
    Set<String> named = new LinkedHashSet<>(texts(members, "resources"));
    if (named.isEmpty()) {
      text(members, "target")
          .filter(target -> !target.endsWith(AccessQuestion.ANOTHER))
          .ifPresent(named::add);
    }
    return named;
  }

  boolean listsAll() {
    return number(members, "count") <= texts(members, "resources").size();
  }

  /** The question of then; what the token's scopes let it see is not known. */
  AccessRequest question() {
    Map<String, JsonValue> who = AuditEventText.requester(members);
    Set<String> actors = new LinkedHashSet<>();
    text(who, "person").ifPresent(actors::add);
    text(who, "organization").ifPresent(actors::add);
    Optional<PatientId> self =
        text(who, "person").filter(PatientId::isReference).map(PatientId::ofReference);
    return new AccessRequest(
            new RequesterFacts(actors, self, false),
            DecisionEpoch.purposesIn(members),
            action(),
            at,
            text(members, "breakGlassReason"))
        .alsoKnownAs(epoch().map(DecisionEpoch::names).orElse(OtherNames.NONE));
  }

  private Action action() {
    return text(members, "action")
        .flatMap(code -> Action.of(new Code(Action.SYSTEM, code)))
        .orElse(Action.ACCESS);
  }
}
