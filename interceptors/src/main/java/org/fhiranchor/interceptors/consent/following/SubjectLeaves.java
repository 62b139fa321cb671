package org.fhiranchor.interceptors.consent.following;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.merkle.Statement;

/**
 * What the log says of one patient's keys and of the ledger's consents of theirs (FOL-3).
 *
 * @param bindings in the order they were made
 * @param events in the order they were heard
 * @param doubt why nothing of it counts for a permit; empty when all of it is confirmed
 */
record SubjectLeaves(List<Binding> bindings, List<Event> events, Optional<String> doubt) {

  static final SubjectLeaves NONE = new SubjectLeaves(List.of(), List.of(), Optional.empty());

  SubjectLeaves {
    bindings = List.copyOf(bindings);
    events = List.copyOf(events);
  }

  /** A key that was bound, as its leaf's record says. */
  record Binding(Address address, long boundBlock, Optional<Long> removedBlock) {
    boolean isOf(SubjectKey row) {
      return row.address().equals(address) && row.boundBlock() == boundBlock;
    }

    /** Whether the row ends it when the log does, or earlier. */
    boolean isEndedBy(SubjectKey row) {
      return removedBlock
          .map(end -> row.removedBlock().filter(removed -> removed <= end).isPresent())
          .orElse(true);
    }
  }

  /** Something that the ledger said of a consent, or that was accepted here. */
  record Event(ConsentResourceId consent, String word, Map<String, String> facts) {
    boolean isAbout(ConsentKey key) {
      return key.id().toString().equals(facts.get("ledgerId"))
          && key.grantor().hex().equals(facts.get("grantor"));
    }

    boolean isRevoked() {
      return word.equals("revoked");
    }

    /** A revocation that the patient signed and this server took in: it is never lifted. */
    boolean isForGood() {
      return isRevoked() && !facts.containsKey("block");
    }

    boolean says(ConsentRecord.Grant grant) {
      return word.equals("granted")
          && grant.termsHash().hex().equals(facts.get("termsHash"))
          && String.valueOf(grant.blockNumber()).equals(facts.get("block"))
          && grant.period().notBeforeSeconds().toString().equals(facts.get("notBefore"))
          && grant.period().notAfterSeconds().toString().equals(facts.get("notAfter"));
    }
  }

  static SubjectLeaves of(ConfirmedLeaves.Chain chain) {
    List<Binding> bindings = new ArrayList<>(1);
    List<Event> events = new ArrayList<>(2);
    for (ConfirmedLeaves.Leaf leaf : chain.leaves()) {
      if (leaf.statement() instanceof Statement.KeyBinding binding) {
        add(bindings, binding, SaltedRecord.texts(leaf.record()));
      } else if (leaf.statement() instanceof Statement.ConsentEvent event) {
        events.add(
            new Event(
                new ConsentResourceId(event.consent().id()),
                event.event(),
                SaltedRecord.texts(leaf.record())));
      }
    }
    return new SubjectLeaves(bindings, events, chain.doubt());
  }

  /** One key speaks for a patient at a time: a binding ends the one before it. */
  private static void add(
      List<Binding> bindings, Statement.KeyBinding binding, Map<String, String> facts) {
    long block = Long.parseLong(facts.getOrDefault("boundBlock", "-1"));
    if (!bindings.isEmpty()) {
      Binding before = bindings.remove(bindings.size() - 1);
      long end = before.removedBlock().map(earlier -> Math.min(earlier, block)).orElse(block);
      bindings.add(new Binding(before.address(), before.boundBlock(), Optional.of(end)));
    }
    if (block >= 0 && !binding.event().equals("removed")) {
      bindings.add(new Binding(new Address(binding.key()), block, Optional.empty()));
    }
  }

  /** Whether a row says of a key what its leaf says, or less. */
  boolean confirm(SubjectKey row) {
    return doubt.isEmpty()
        && bindings.stream().anyMatch(leaf -> leaf.isOf(row) && leaf.isEndedBy(row));
  }

  /** Whether this key ever was the patient's. */
  boolean know(Address address) {
    return bindings.stream().anyMatch(leaf -> leaf.address().equals(address));
  }

  /** Whether the newest that is known of the grant is the grant itself. */
  boolean confirm(ConsentKey key, ConsentRecord.Grant grant) {
    return doubt.isEmpty()
        && events.stream()
            .filter(event -> event.isAbout(key))
            .reduce((first, second) -> second)
            .filter(event -> event.says(grant))
            .isPresent();
  }

  /** Whether it was revoked here, whatever the ledger says. */
  boolean revokedForGood(ConsentKey key) {
    return events.stream().anyMatch(event -> event.isAbout(key) && event.isForGood());
  }

  /** Whether the ledger's consent was ever another Consent's. */
  boolean isOfAnother(ConsentResourceId consent, org.fhiranchor.ledger.ConsentId ledgerId) {
    return events.stream()
        .anyMatch(
            event ->
                ledgerId.toString().equals(event.facts().get("ledgerId"))
                    && !event.consent().equals(consent));
  }
}
