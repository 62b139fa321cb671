package org.fhiranchor.interceptors.consent.following;

import java.time.ZoneId;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.consent.facts.FhirPeriods;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Period;

/**
 * When somebody is in a team or a group beyond doubt, as it says itself. What this server does not
 * understand of it may mean that they are not.
 */
record MemberTimes(ZoneId zone) {
  /** When the team exists. */
  TimeSpan of(CareTeam team) {
    boolean active = !team.hasStatus() || team.getStatus() == CareTeam.CareTeamStatus.ACTIVE;
    return active && !team.hasModifierExtension() && !team.hasImplicitRules()
        ? span(team.hasPeriod(), team.getPeriod())
        : TimeSpan.NEVER;
  }

  /** When they take part. */
  TimeSpan of(CareTeam.CareTeamParticipantComponent participant) {
    return participant.hasModifierExtension()
        ? TimeSpan.NEVER
        : span(participant.hasPeriod(), participant.getPeriod());
  }

  /** When the group exists. */
  static TimeSpan of(Group group) {
    boolean active = !group.hasActive() || Boolean.TRUE.equals(group.getActiveElement().getValue());
    return active && !group.hasModifierExtension() && !group.hasImplicitRules()
        ? TimeSpan.ALWAYS
        : TimeSpan.NEVER;
  }

  /**
   * When they are a member: with a period, or without a word whether they are, in doubt (DENY-4),
   * as where they are one no longer.
   */
  static TimeSpan of(Group.GroupMemberComponent member) {
    boolean left =
        member.hasInactive() && !Boolean.FALSE.equals(member.getInactiveElement().getValue());
    return member.hasModifierExtension() || member.hasPeriod() || left
        ? TimeSpan.NEVER
        : TimeSpan.ALWAYS;
  }

  /** Whether the group says that it has members whom it does not list. */
  static boolean hasMore(Group group) {
    boolean described = group.hasCharacteristic() && !group.hasMember();
    Integer quantity = group.getQuantityElement().getValue();
    return described || (quantity != null && quantity > group.getMember().size());
  }

  private TimeSpan span(boolean given, Period period) {
    return given ? FhirPeriods.span(period, zone).orElse(TimeSpan.NEVER) : TimeSpan.ALWAYS;
  }
}
