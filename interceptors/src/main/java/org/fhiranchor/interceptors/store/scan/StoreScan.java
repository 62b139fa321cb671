package org.fhiranchor.interceptors.store.scan;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.consent.custody.Custody;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.interceptors.scan.ScanListener;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Statement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Reads the whole store over one connection and names whatever the log and the ledger do not
 * confirm (EXP-6). Writes nothing. The connection decides which moment is looked at.
 */
public final class StoreScan {
  private static final String SILENT = "it does not answer, nothing was compared with it";
  private static final int PATIENTS = 512;

  private final Parts parts;

  /** Compares with these. */
  public StoreScan(Parts parts) {
    this.parts = parts;
  }

  /**
   * What a store is held against.
   *
   * @param key of the log, which signs its heads and seals its rows
   * @param known the largest head that this node remembers
   * @param tags under the journal's key; empty where there is no journal
   * @param contents opens what the journal's records say
   * @param consents empty where no consents are followed
   */
  public record Parts(
      LogSigningKey key,
      Supplier<Optional<Checkpoint>> known,
      Hapi hapi,
      AnchorLedger anchors,
      LogId logId,
      Optional<ConsentLedger> consents,
      Optional<Custody> custody,
      Optional<SubjectTags> tags,
      JournalContents contents) {}

  /**
   * HAPI's own reading of a resource.
   *
   * @param binaries which Binaries a resource's text refers to
   */
  public record Hapi(
      FhirContext context,
      ISearchParamRegistry parameters,
      ISearchParamExtractor extractor,
      Function<String, Set<String>> binaries) {}

  /**
   * One scan.
   *
   * @throws java.util.concurrent.CancellationException when the listener ends it
   */
  public void run(Connection connection, ScanListener listener) {
    // Before the first statement: whoever vouches now for a head must not be ahead of what is read.
    Optional<Checkpoint> known = parts.known().get();
    Optional<LedgerHead> onLedger = onLedger(listener);
    JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
    Scanning scan = new Scanning(jdbc, listener);
    PendingScan pending = new PendingScan(scan, new PendingSeal(parts.key()));
    pending.run();
    log(scan, pending, known, onLedger);
    ExpectedLinks links =
        new ExpectedLinks(
            parts.hapi().context(), parts.hapi().parameters(), parts.hapi().extractor());
    new ResourceScan(scan, pending, new LinkScan(scan, links)).run();
    new TagScan(scan).run();
    SubjectEvents events = new SubjectEvents(scan, pending);
    asking(scan, () -> subjects(scan, events));
    new HolderScan(scan, parts.key().sealKey("gate_binding")).run();
    new CallScan(scan).run();
  }

  private Optional<LedgerHead> onLedger(ScanListener listener) {
    try {
      return parts.anchors().head(parts.logId());
    } catch (LedgerUnavailableException | LedgerRejectedException silent) {
      listener.found(new Finding(Kind.HEAD, "the ledger", SILENT));
      return Optional.empty();
    }
  }

  private void log(
      Scanning scan,
      PendingScan pending,
      Optional<Checkpoint> known,
      Optional<LedgerHead> onLedger) {
    HeadScan heads = new HeadScan(scan, parts.key().verifierKey());
    AnchorScan anchors = new AnchorScan(scan, heads, parts.anchors(), parts.logId());
    anchors.begin(known, onLedger);
    BinaryScan binaries = new BinaryScan(scan, parts.hapi().binaries());
    VersionScan versions =
        new VersionScan(scan, new StoredContent(parts.hapi().context()), pending, binaries);
    ErasureScan erasures = ErasureScan.read(scan);
    JournalScan journal =
        new JournalScan(
            scan,
            pending,
            erasures.contents(),
            new JournalScan.JournalKeys(parts.tags(), parts.contents()));
    new LeafScan(scan, heads, List.of(erasures, versions, journal, page -> bindings(scan, page)))
        .run();
    versions.readPending();
    versions.end();
    binaries.end();
    journal.readPending();
    journal.end();
    journal.key();
    asking(scan, () -> anchors.end(parts.key().verifierKey()));
  }

  /** What cannot be compared is no store that was found whole. */
  private static void asking(Scanning scan, Runnable comparison) {
    try {
      comparison.run();
    } catch (LedgerUnavailableException | LedgerRejectedException silent) {
      scan.found(Kind.HEAD, "the ledger", SILENT);
    }
  }

  /** Each patient with a key in the log has rows of their own, which {@link KeyScan} compares. */
  private static void bindings(Scanning scan, List<LeafRow.Checked> page) {
    Object[] patients =
        page.stream()
            .flatMap(leaf -> leaf.statement().stream())
            .filter(Statement.KeyBinding.class::isInstance)
            .map(Statement::chain)
            .map(chain -> chain.substring(chain.indexOf('/') + 1))
            .distinct()
            .toArray();
    if (patients.length > 0) {
      scan.jdbc()
          .query(
              "select k.id from unnest(cast(? as varchar array)) as k(id) where not exists (select"
                  + " 1 from subject_salt s where s.patient = k.id)",
              VersionScan.arrays(new Object[][] {patients}),
              row -> {
                scan.found(Kind.KEY_BINDING, "Patient/" + row.getString(1), "its salt is missing");
              });
    }
  }

  private void subjects(Scanning scan, SubjectEvents events) {
    KeyScan keys = new KeyScan(scan, parts.custody());
    ConsentScan consents = new ConsentScan(scan);
    Optional<ConsentStateScan> states =
        parts.consents().map(ledger -> new ConsentStateScan(scan, ledger));
    String last = "";
    List<String> page;
    do {
      page =
          scan.jdbc()
              .queryForList(
                  "select patient from (select patient from subject_salt union select patient from"
                      + " subject_key union select patient from consent_link) p where patient > ?"
                      + " order by patient limit "
                      + PATIENTS,
                  String.class,
                  last);
      var said = events.of(page);
      keys.read(page, said);
      List<ConsentScan.Link> links = consents.read(page, said);
      states.ifPresent(all -> all.read(links, said));
      last = page.isEmpty() ? last : page.get(page.size() - 1);
    } while (page.size() == PATIENTS);
    states.ifPresent(ConsentStateScan::end);
  }
}
