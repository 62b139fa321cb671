package org.fhiranchor.interceptors.consent.ledger;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.interceptors.consent.compile.Compilation;
import org.fhiranchor.interceptors.consent.compile.ConsentCompiler;
import org.fhiranchor.interceptors.consent.decide.CompiledConsent;
import org.fhiranchor.interceptors.consent.decide.ConsentId;
import org.fhiranchor.interceptors.consent.decide.ConsentIndex;
import org.fhiranchor.interceptors.consent.decide.LedgerStanding;
import org.fhiranchor.interceptors.consent.decide.LedgerView;
import org.fhiranchor.interceptors.consent.decide.PatientId;
import org.fhiranchor.ledger.consent.Followed;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.Consent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link ConsentIndex} what the stored Consents, the ledger and the key bindings make it.
 * Threads: any number; writers take turns, readers of the index never wait.
 */
public final class ConsentIndexLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ConsentIndexLoader.class);

  private final StoredConsents stored;
  private final ConsentLinks links;
  private final Standings standings;
  private final ConsentCompiler compiler;
  private final ConsentIndex index;
  private final Map<String, Set<ConsentId>> dependents = new ConcurrentHashMap<>();
  private final Set<ConsentId> notFinal = new HashSet<>();
  private final Set<ConsentId> refreshedWhileLoading = new HashSet<>();
  private long finalBlock = -1;

  /** Knows nothing yet. */
  public ConsentIndexLoader(
      StoredConsents stored,
      ConsentLinks links,
      Standings standings,
      ConsentCompiler compiler,
      ConsentIndex index) {
    this.stored = stored;
    this.links = links;
    this.standings = standings;
    this.compiler = compiler;
    this.index = index;
  }

  /** Every stored Consent; what is written meanwhile must come through {@link #refresh}. */
  public void loadAll() {
    for (int offset = 0; ; offset += StoredConsents.PAGE) {
      List<Consent> page = stored.page(offset);
      page.forEach(this::load);
      if (page.size() < StoredConsents.PAGE) {
        LOG.info("consents loaded count={}", index.size());
        return;
      }
    }
  }

  private synchronized void load(Consent consent) {
    ConsentId id = new ConsentId(consent.getIdPart());
    if (!refreshedWhileLoading.contains(id)) {
      take(consent, id);
    }
  }

  /** This Consent as it is stored now. */
  public synchronized void refresh(ConsentId id) {
    refreshedWhileLoading.add(id);
    stored.read(id).ifPresentOrElse(consent -> take(consent, id), () -> drop(id));
  }

  /** From now on {@link #refresh} need not be remembered. */
  public synchronized void loaded() {
    refreshedWhileLoading.clear();
  }

  private void take(Consent consent, ConsentId id) {
    Optional<ConsentLink> link = links.find(id);
    Optional<Digest> terms =
        link.flatMap(found -> stored.terms(consent).map(text -> text.hash(found.salt())));
    Compilation compiled = compiler.compile(consent, terms, LedgerStanding.NOT_THERE);
    if (compiled instanceof Compilation.Ready ready) {
      CompiledConsent found = ready.consent();
      LedgerStanding standing = standing(link, found.patient());
      index.put(found.withStanding(standing));
      note(id, standing);
      found
          .dependsOn()
          .forEach(
              on -> dependents.computeIfAbsent(on, k -> ConcurrentHashMap.newKeySet()).add(id));
    } else if (compiled instanceof Compilation.Unusable unusable) {
      LOG.debug("consent does not count {}", unusable.why());
      drop(id);
    }
  }

  private LedgerStanding standing(Optional<ConsentLink> link, PatientId patient) {
    return link.map(found -> standings.of(found.ledgerId(), patient, finalBlock))
        .orElse(LedgerStanding.NOT_THERE);
  }

  private void note(ConsentId id, LedgerStanding standing) {
    if (standing instanceof LedgerStanding.Granted granted && !granted.isFinal()) {
      notFinal.add(id);
    } else {
      notFinal.remove(id);
    }
  }

  private void drop(ConsentId id) {
    index.remove(id);
    notFinal.remove(id);
  }

  /**
   * The ledger says something new of this consent. Compiled anew: when the index met it first, it
   * may have had no salt, and so no terms to compare.
   */
  public synchronized void moved(org.fhiranchor.ledger.ConsentId ledgerId) {
    links.find(ledgerId).ifPresent(link -> refresh(link.consent()));
  }

  private void move(ConsentLink link) {
    Optional<CompiledConsent> consent = index.find(link.consent());
    if (consent.isPresent()) {
      LedgerStanding standing = standing(Optional.of(link), consent.get().patient());
      index.move(link.consent(), standing);
      note(link.consent(), standing);
    }
  }

  /** All that happened up to there has been told to {@link #moved}. */
  public synchronized void followed(Followed followed) {
    if (finalBlock != followed.finalBlock()) {
      finalBlock = followed.finalBlock();
      Set.copyOf(notFinal).forEach(id -> links.find(id).ifPresent(this::move));
    }
    index.followed(new LedgerView(followed.block().number(), followed.asOf()));
  }

  /**
   * Consents that were compiled with a look at this resource, such as {@code "CareTeam/7"}. Never
   * waits: every write of any resource asks, inside its transaction.
   */
  public Set<ConsentId> dependsOn(String resource) {
    return Set.copyOf(dependents.getOrDefault(resource, Set.of()));
  }
}
