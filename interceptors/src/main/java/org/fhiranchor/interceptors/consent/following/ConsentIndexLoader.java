package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import com.google.common.collect.Lists;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.compile.Compilation;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.compile.ConsentWriter;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.ledger.consent.Followed;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.Consent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link ConsentIndex} what the stored Consents, the ledger and the key bindings make it.
 * Threads: any number; writers take turns, readers of the index never wait.
 */
public final class ConsentIndexLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ConsentIndexLoader.class);

  /** A Consent that is written again and again is read so often before it is said to be edited. */
  private static final int LOOKS = 3;

  private final StoredConsents stored;
  private final ConsentLinks links;
  private final LedgerStandings standings;
  private final ConsentCompiler compiler;
  private final ConsentIndex index;
  private final ConsentEvidence evidence;
  private final ConsentDependents dependents;
  private final Map<ConsentResourceId, Long> notFinal = new HashMap<>();
  private long finalBlock = -1;
  private Optional<Followed> followed = Optional.empty();
  private Instant heard = Instant.EPOCH;
  private boolean loaded;

  /** Knows nothing yet. */
  public ConsentIndexLoader(
      StoredConsents stored,
      ConsentLinks links,
      LedgerStandings standings,
      ConsentCompiler compiler,
      ConsentIndex index,
      ConsentEvidence evidence) {
    this.stored = stored;
    this.links = links;
    this.standings = standings;
    this.compiler = compiler;
    this.index = index;
    this.evidence = evidence;
    this.dependents = new ConsentDependents(index);
  }

  /**
   * Every stored Consent, as it was at some moment since the call. What is written meanwhile may be
   * missed: it must come through {@link #recorded}, and the index is complete when {@link #heard}
   * says that it did.
   */
  public void loadAll() {
    long start = System.nanoTime();
    evidence.requireAllLeaves();
    InParallel.each(Lists.partition(stored.all(), StoredConsents.PAGE), this::load);
    evidence.missing(index, StoredConsents.PAGE, this::refresh);
    evidence.withhold(index);
    markLoaded();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    LOG.info("consents loaded count={} took={}s", index.size(), took.toMillis() / 1000.0);
  }

  private synchronized void markLoaded() {
    loaded = true;
  }

  private void load(List<JpaPid> page) {
    Set<ConsentResourceId> doubtful = new LinkedHashSet<>();
    compiled(page, doubtful).forEach(this::put);
    doubtful.forEach(this::refresh);
  }

  /**
   * Compares a page of what is here with what the database and the log say now, and compiles again
   * what differs.
   */
  public void recheck(List<ConsentResourceId> consents) {
    Set<ConsentResourceId> doubtful = new LinkedHashSet<>(consents);
    for (Loaded now : compiled(stored.numbers(consents), doubtful)) {
      // What it looks at may have been edited, without a word of it in what is compared here.
      boolean same =
          now.consent().dependsOn().isEmpty()
              && index
                  .find(now.consent().id())
                  .filter(known -> known.standing().equals(now.confirmed().found().standing()))
                  .isPresent();
      if (same) {
        evidence.counts(now.confirmed());
        doubtful.remove(now.consent().id());
      }
    }
    doubtful.forEach(this::refresh);
  }

  /** What is as it was written last; the others are named as doubtful. */
  private List<Loaded> compiled(List<JpaPid> page, Set<ConsentResourceId> doubtful) {
    List<StoredConsent> consents = stored.load(page, doubtful::add);
    List<ConsentResourceId> ids = consents.stream().map(one -> idOf(one.consent())).toList();
    ConfirmedLeaves.Chains newest = evidence.newest(ids);
    Map<ConsentResourceId, ConsentLink> found = links.find(ids);
    Map<org.fhiranchor.ledger.ConsentId, List<ConsentState>> states =
        standings.states().of(found.values().stream().map(ConsentLink::ledgerId).toList());
    List<Compiled> compiled = new ArrayList<>();
    for (StoredConsent one : consents) {
      ConsentResourceId id = idOf(one.consent());
      LeafComparison.Result result = evidence.compare(id, newest, one.content(), true);
      if (result == LeafComparison.Result.EDITED) {
        doubtful.add(id);
        continue;
      }
      Optional<ConsentLink> link = Optional.ofNullable(found.get(id));
      List<ConsentState> said =
          link.map(tie -> states.getOrDefault(tie.ledgerId(), List.of())).orElse(List.of());
      Optional<Digest> terms = link.flatMap(tie -> one.terms(tie.salt(), said));
      compile(one.consent(), terms, evidence.writer(id, newest))
          .ifPresent(consent -> compiled.add(new Compiled(consent, result, link, said)));
    }
    List<Loaded> all = standing(compiled);
    all.stream().filter(one -> !one.isWhole()).forEach(one -> doubtful.add(one.consent().id()));
    return all.stream().filter(Loaded::isWhole).toList();
  }

  private List<Loaded> standing(List<Compiled> compiled) {
    List<PatientId> granting =
        compiled.stream()
            .filter(one -> one.link().isPresent())
            .map(one -> one.consent().patient())
            .distinct()
            .toList();
    Map<PatientId, List<SubjectKey>> keys = standings.keys().of(granting);
    Map<PatientId, SubjectLeaves> said = evidence.subjects(granting);
    return compiled.stream()
        .map(one -> new Loaded(one.consent(), confirmed(one, keys, said)))
        .toList();
  }

  private ConsentEvidence.Confirmed confirmed(
      Compiled one, Map<PatientId, List<SubjectKey>> keys, Map<PatientId, SubjectLeaves> said) {
    PatientId patient = one.consent().patient();
    return evidence.standing(
        new ConsentEvidence.Claims(
            one.consent().id(),
            one.result() == LeafComparison.Result.FITS,
            patient,
            one.link(),
            one.states(),
            keys.getOrDefault(patient, List.of()),
            said.getOrDefault(patient, SubjectLeaves.NONE)),
        finalBlock);
  }

  /** A Consent that is as it was written, or that the log has never heard of. */
  private record Compiled(
      CompiledConsent consent,
      LeafComparison.Result result,
      Optional<ConsentLink> link,
      List<ConsentState> states) {}

  /** A Consent that counts, and where it stands. */
  private record Loaded(CompiledConsent consent, ConsentEvidence.Confirmed confirmed) {
    boolean isWhole() {
      return confirmed.isWhole();
    }
  }

  private synchronized void put(Loaded one) {
    evidence.counts(one.confirmed());
    put(one.consent(), one.confirmed().found());
  }

  private static ConsentResourceId idOf(Consent consent) {
    return new ConsentResourceId(consent.getIdPart());
  }

  /** This Consent as it is stored now. */
  public synchronized void refresh(ConsentResourceId id) {
    int looks = LOOKS;
    while (looks > 0 && !take(id, looks == 1)) {
      looks--;
    }
    if (looks == 0) {
      notFinal.remove(id);
      evidence.edited(id, evidence.newest(List.of(id)), index);
    }
    evidence.withhold(index);
  }

  /**
   * False when it is not what was written last, or when the log does not confirm all of it: it may
   * have been written between two looks. What the last look does not confirm is told.
   */
  private boolean take(ConsentResourceId id, boolean last) {
    Optional<Consent> consent;
    try {
      consent = stored.read(id);
    } catch (DataFormatException | InternalErrorException damaged) {
      LOG.warn("a stored consent cannot be read: it is damaged");
      return false;
    }
    ConfirmedLeaves.Chains newest = evidence.newest(List.of(id));
    LeafComparison.Result result =
        evidence.compare(
            id,
            newest,
            consent.map(stored::written).flatMap(LeafComparison::digest),
            consent.isPresent());
    if (result == LeafComparison.Result.EDITED) {
      return false;
    }
    Optional<Loaded> loaded =
        consent.flatMap(found -> compiled(found, result, evidence.writer(id, newest)));
    if (!last && loaded.filter(one -> !one.isWhole()).isPresent()) {
      return false;
    }
    loaded.ifPresentOrElse(this::put, () -> drop(id));
    return true;
  }

  private Optional<Loaded> compiled(
      Consent consent, LeafComparison.Result result, ConsentWriter writer) {
    Optional<ConsentLink> link = links.find(idOf(consent));
    Optional<Digest> terms =
        link.flatMap(found -> stored.terms(consent).map(text -> text.hash(found.salt())));
    List<ConsentState> states =
        link.map(found -> standings.states().of(found.ledgerId())).orElse(List.of());
    return compile(consent, terms, writer)
        .map(found -> standing(List.of(new Compiled(found, result, link, states))).get(0));
  }

  /** Empty when it does not count. */
  private Optional<CompiledConsent> compile(
      Consent consent, Optional<Digest> terms, ConsentWriter writer) {
    Compilation compiled = compiler.compile(consent, terms, LedgerStanding.NOT_THERE, writer);
    if (compiled instanceof Compilation.Unusable unusable) {
      LOG.debug("consent does not count {}", unusable.why());
      return Optional.empty();
    }
    Compilation.Ready ready = (Compilation.Ready) compiled;
    ready.fault().ifPresent(ConsentIndexLoader::tell);
    dependents.remember(ready.consent());
    return Optional.of(ready.consent());
  }

  private static void tell(RuntimeException fault) {
    StackTraceElement[] frames = fault.getStackTrace();
    LOG.error(
        "a Consent could not be read, everything of its patient is denied exception={} at={}",
        fault.getClass().getName(),
        frames.length == 0 ? "?" : frames[0]);
  }

  private void put(CompiledConsent consent, LedgerStandings.Found found) {
    index.put(consent.withStanding(found.standing()));
    if (found.standing() instanceof LedgerStanding.Granted granted && !granted.isFinal()) {
      notFinal.put(consent.id(), found.grantBlock());
    } else {
      notFinal.remove(consent.id());
    }
  }

  private void drop(ConsentResourceId id) {
    evidence.gone(id);
    index.remove(id);
    notFinal.remove(id);
  }

  /** Compiles again what these statements may have changed. */
  public void recorded(Collection<Statement> statements) {
    affected(statements).forEach(this::refresh);
  }

  /** Not beside a compilation: what that one looks at is remembered at its end. */
  private synchronized Set<ConsentResourceId> affected(Collection<Statement> statements) {
    return dependents.affectedBy(statements);
  }

  /**
   * The ledger says something new of this consent. Compiled anew: when the index met it first, it
   * may have had no salt, and so no terms to compare.
   */
  public synchronized void moved(org.fhiranchor.ledger.ConsentId ledgerId) {
    links.find(ledgerId).ifPresent(link -> refresh(link.consent()));
  }

  /** All that happened up to there has been told to {@link #moved}. */
  public synchronized void followed(Followed followed) {
    evidence.withhold(index);
    if (finalBlock != followed.finalBlock()) {
      finalBlock = followed.finalBlock();
      notFinal
          .entrySet()
          .removeIf(grant -> grant.getValue() <= finalBlock && becomesFinal(grant.getKey()));
    }
    this.followed = Optional.of(followed);
    tellIndex();
  }

  /** All that any node committed before this instant has been told to {@link #recorded}. */
  public synchronized void heard(Instant asOf) {
    heard = asOf;
    evidence.withhold(index);
    if (loaded) {
      index.complete();
    }
    tellIndex();
  }

  /** What other nodes commit is not heard: all that consents rule over counts as stale (CG-6). */
  public synchronized void unheard() {
    heard = Instant.EPOCH;
    tellIndex();
  }

  /** The index is as old as the older of what it is made from. */
  private void tellIndex() {
    followed.ifPresent(at -> index.followed(view(at, heard.isBefore(at.asOf()))));
  }

  private LedgerView view(Followed at, boolean older) {
    return new LedgerView(
        at.block().number(),
        older ? heard : at.asOf(),
        older ? LedgerView.Source.CHANGES : LedgerView.Source.LEDGER,
        at.finalBlock());
  }

  /** The rest of its standing is what the last change made it: each change comes by itself. */
  private boolean becomesFinal(ConsentResourceId id) {
    index
        .find(id)
        .map(CompiledConsent::standing)
        .filter(LedgerStanding.Granted.class::isInstance)
        .map(LedgerStanding.Granted.class::cast)
        .ifPresent(
            now ->
                index.move(
                    id,
                    new LedgerStanding.Granted(
                        now.termsHash(), now.validity(), true, now.keyBound())));
    return true;
  }

  /** What holds these Consents against the log. */
  ConsentEvidence evidence() {
    return evidence;
  }

  /** The ids of all Consents that are here. */
  Iterable<ConsentResourceId> ids() {
    return index.ids();
  }

  /**
   * Consents that were compiled with a look at this resource, such as {@code "CareTeam/7"}. Never
   * waits: every write of any resource asks, inside its transaction. One that is being compiled now
   * may be missing.
   */
  public Set<ConsentResourceId> dependsOn(String resource) {
    return dependents.of(resource);
  }
}
