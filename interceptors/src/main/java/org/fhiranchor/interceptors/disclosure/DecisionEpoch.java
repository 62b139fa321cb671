package org.fhiranchor.interceptors.disclosure;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.decide.PurposeModes;
import org.fhiranchor.merkle.JsonValue;

/**
 * What a node knew, and how it was set, when it was asked: what a decision is made from besides
 * consents and resources, which have versions (EXP-4). A record keeps it.
 *
 * @param block the ledger's block that the node had followed to; -1 for none
 * @param finalBlock grants up to this block were final; -1 for none
 * @param asOf nothing that was written or said before this instant was unknown to the node
 * @param breakGlass what a broken glass opened
 * @param mode what happened where consents neither permitted nor denied, for the request's purposes
 * @param names who else the requester was
 */
public record DecisionEpoch(
    long block,
    long finalBlock,
    Instant asOf,
    ConsentPolicy.BreakGlass breakGlass,
    PurposeModes.Mode mode,
    OtherNames names) {
  private static final String NAME = "epoch";
  private static final String ALSO = "also";
  private static final String UNKNOWN = "alsoUnknown";

  /** The epoch of a request for these purposes. */
  public static DecisionEpoch of(LedgerView ledger, ConsentPolicy policy, List<Purpose> purposes) {
    return new DecisionEpoch(
        ledger.block(),
        ledger.finalBlock(),
        ledger.asOf(),
        policy.breakGlass(),
        policy.modes().of(purposes),
        OtherNames.NONE);
  }

  /** The same of a requester who is these as well. */
  public DecisionEpoch of(OtherNames others) {
    return new DecisionEpoch(block, finalBlock, asOf, breakGlass, mode, others);
  }

  /** The purposes that a record keeps of its requester. */
  public static List<Purpose> purposesIn(Map<String, JsonValue> record) {
    return AuditEventText.texts(record, "purposes").stream().map(DecisionEpoch::purpose).toList();
  }

  private static Purpose purpose(String systemAndCode) {
    int bar = systemAndCode.indexOf('|');
    String system = systemAndCode.substring(0, Math.max(0, bar));
    return Purpose.of(system, systemAndCode.substring(bar + 1));
  }

  /** Keeps it in a record. */
  public void addTo(Map<String, JsonValue> content) {
    Map<String, JsonValue> members = new TreeMap<>();
    members.put("block", new JsonValue.Num(Long.toString(block)));
    members.put("final", new JsonValue.Num(Long.toString(finalBlock)));
    members.put("asOf", new JsonValue.Str(DisclosureRecords.instant(asOf)));
    members.put("breakGlass", new JsonValue.Str(breakGlass.name()));
    members.put("mode", new JsonValue.Str(mode.name()));
    if (!names.references().isEmpty()) {
      members.put(
          ALSO,
          new JsonValue.Arr(
              names.references().stream().sorted().<JsonValue>map(JsonValue.Str::new).toList()));
    }
    if (!names.known()) {
      members.put(UNKNOWN, new JsonValue.Bool(true));
    }
    content.put(NAME, new JsonValue.Obj(members));
  }

  /** The epoch that a record keeps; empty for a record of before, and for what is none. */
  public static Optional<DecisionEpoch> of(Map<String, JsonValue> record) {
    if (!(record.get(NAME) instanceof JsonValue.Obj kept)) {
      return Optional.empty();
    }
    Map<String, JsonValue> members = kept.members();
    try {
      return Optional.of(
          new DecisionEpoch(
              AuditEventText.number(members, "block"),
              AuditEventText.number(members, "final"),
              Instant.parse(text(members, "asOf")),
              ConsentPolicy.BreakGlass.valueOf(text(members, "breakGlass")),
              PurposeModes.Mode.valueOf(text(members, "mode")),
              new OtherNames(
                  Set.copyOf(AuditEventText.texts(members, ALSO)), !members.containsKey(UNKNOWN))));
    } catch (IllegalArgumentException | DateTimeParseException notOne) {
      return Optional.empty();
    }
  }

  private static String text(Map<String, JsonValue> members, String name) {
    return AuditEventText.text(members, name).orElse("");
  }
}
