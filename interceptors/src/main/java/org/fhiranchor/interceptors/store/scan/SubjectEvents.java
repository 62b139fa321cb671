package org.fhiranchor.interceptors.store.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Statement;

/** What the leaves say of patients' keys and consents, those that wait among them. */
final class SubjectEvents {
  private static final String PREFIX = "subject:Patient/";

  private final Scanning scan;
  private final PendingScan pending;

  SubjectEvents(Scanning scan, PendingScan pending) {
    this.scan = scan;
    this.pending = pending;
  }

  /** A leaf, and the facts of its record. */
  record Event(Statement statement, Map<String, String> facts) {
    Optional<String> fact(String name) {
      return Optional.ofNullable(facts.get(name));
    }

    /** Whether it is about a grantor's consent on the ledger. */
    boolean isAbout(String grantor, String ledgerId) {
      return fact("grantor").filter(grantor::equals).isPresent()
          && fact("ledgerId").filter(ledgerId::equals).isPresent();
    }

    boolean is(String word) {
      return statement instanceof Statement.ConsentEvent event && event.event().equals(word);
    }
  }

  /** Of these patients, in the order of their leaves. */
  Map<String, List<Event>> of(List<String> patients) {
    Map<String, List<Event>> found = new HashMap<>();
    scan.jdbc()
        .query(
            "select l.chain, l.statement, l.record from unnest(cast(? as varchar array)) as"
                + " k(chain) join anchor_leaf l on l.chain = k.chain order by l.leaf_index",
            VersionScan.arrays(new Object[][] {patients.stream().map(id -> PREFIX + id).toArray()}),
            row -> {
              add(
                  found,
                  LeafRow.bytes(row, "statement"),
                  new String(LeafRow.bytes(row, "record"), UTF_8));
            });
    waiting().forEach(leaf -> add(found, leaf.statement().canonicalBytes(), leaf.record()));
    return found;
  }

  private Stream<PendingLeaf> waiting() {
    return pending.all().stream().filter(leaf -> leaf.statement().chain().startsWith(PREFIX));
  }

  private static void add(Map<String, List<Event>> to, byte[] statement, String record) {
    try {
      Statement stated = Statement.parse(statement);
      to.computeIfAbsent(stated.chain().substring(PREFIX.length()), none -> new ArrayList<>(2))
          .add(new Event(stated, SaltedRecord.texts(record)));
    } catch (CanonicalFormException
        | IllegalArgumentException
        | StringIndexOutOfBoundsException e) {
      // The leaf has a finding of its own.
      return;
    }
  }
}
