package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.compile.Compilation;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.recording.RecordedWriter;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.Consent;

/**
 * A patient's consents as they were (EXP-4): each in the version that the log had then, with the
 * standing that the ledger gave it then. What is not there any more, or not confirmed by the log,
 * is told and not guessed. All methods may be called from any thread.
 */
public final class PastConsents {
  private final Parts parts;

  /** What the past is read from. */
  public record Parts(
      StoredConsents stored,
      ConsentLinks links,
      LedgerStandings standings,
      ConsentCompiler compiler,
      ConsentEvidence evidence,
      ConfirmedLeaves leaves) {}

  /** The past of these. */
  public PastConsents(Parts parts) {
    this.parts = parts;
  }

  /** What is not known of the past. */
  public enum Gap {
    /** A version of then is not stored any more. */
    NOT_KEPT,
    /** The log does not confirm what is stored of then. */
    NOT_CONFIRMED,
    /** A resource that a consent names, such as a CareTeam, was written since. */
    NAMED_CHANGED
  }

  /** The consents, as far as they are known. */
  public record Found(List<CompiledConsent> consents, Set<Gap> gaps) {}

  /**
   * Those of a patient.
   *
   * @param candidates every Consent that may have been the patient's then
   */
  public Found of(PatientId patient, Collection<ConsentResourceId> candidates, PastMoment moment) {
    return new Look(patient, candidates, moment).found();
  }

  /** One look at one patient's consents. */
  private final class Look {
    private final PatientId patient;
    private final Collection<ConsentResourceId> candidates;
    private final PastMoment moment;
    private final ConfirmedLeaves.Chains chains;
    private final Map<ConsentResourceId, ConsentLink> links;
    private final SubjectLeaves said;
    private final List<SubjectKey> keys;
    private final Set<Gap> gaps = EnumSet.noneOf(Gap.class);

    Look(PatientId patient, Collection<ConsentResourceId> candidates, PastMoment moment) {
      this.patient = patient;
      this.candidates = candidates;
      this.moment = moment;
      chains = parts.leaves().whole(candidates.stream().map(Look::chain).toList());
      links = parts.links().find(candidates);
      said = SubjectLeaves.of(then("subject:" + patient.reference()));
      keys = parts.standings().keys().of(patient);
    }

    private static String chain(ConsentResourceId consent) {
      return LeafComparison.chain("Consent/" + consent.value());
    }

    private ConfirmedLeaves.Chain then(String chain) {
      ConfirmedLeaves.Chain whole = parts.leaves().whole(List.of(chain)).of(chain);
      return new ConfirmedLeaves.Chain(
          whole.leaves().stream().filter(moment.events()).toList(), whole.doubt());
    }

    Found found() {
      List<CompiledConsent> consents = new ArrayList<>();
      candidates.forEach(id -> of(id).ifPresent(consents::add));
      return new Found(List.copyOf(consents), Set.copyOf(gaps));
    }

    private Optional<CompiledConsent> of(ConsentResourceId id) {
      ConfirmedLeaves.Chain chain = chains.of(chain(id));
      if (chain.doubt().isPresent() || chain.leaves().isEmpty()) {
        gaps.add(Gap.NOT_CONFIRMED);
        return Optional.empty();
      }
      return chain.leaves().stream()
          .filter(leaf -> moment.has(leaf.statement()))
          .reduce((earlier, later) -> later)
          .flatMap(leaf -> of(id, leaf));
    }

    private Optional<CompiledConsent> of(ConsentResourceId id, ConfirmedLeaves.Leaf leaf) {
      if (!(leaf.statement() instanceof Statement.ResourceVersion version)
          || version.content().isEmpty()) {
        return Optional.empty();
      }
      return stored(id, version)
          .flatMap(consent -> compiled(consent, RecordedWriter.of(leaf.record())))
          .filter(consent -> consent.patient().equals(patient))
          .map(this::standing);
    }

    private Optional<Consent> stored(ConsentResourceId id, Statement.ResourceVersion version) {
      try {
        Optional<Consent> consent = parts.stored().version(id, version.version());
        if (consent.isEmpty()) {
          gaps.add(Gap.NOT_KEPT);
        }
        Optional<Consent> confirmed =
            consent.filter(
                one ->
                    LeafComparison.digest(parts.stored().written(one)).equals(version.content()));
        if (consent.isPresent() && confirmed.isEmpty()) {
          gaps.add(Gap.NOT_CONFIRMED);
        }
        return confirmed;
      } catch (DataFormatException | InternalErrorException damaged) {
        gaps.add(Gap.NOT_CONFIRMED);
        return Optional.empty();
      }
    }

    private Optional<CompiledConsent> compiled(Consent consent, RecordedWriter writer) {
      Optional<Digest> terms =
          Optional.ofNullable(links.get(new ConsentResourceId(consent.getIdPart())))
              .flatMap(link -> parts.stored().terms(consent).map(text -> text.hash(link.salt())));
      return parts.compiler().compile(consent, terms, LedgerStanding.NOT_THERE, writer)
              instanceof Compilation.Ready ready
          ? Optional.of(ready.consent())
          : Optional.empty();
    }

    private CompiledConsent standing(CompiledConsent consent) {
      if (consent.dependsOn().stream().anyMatch(this::isWrittenSince)) {
        gaps.add(Gap.NAMED_CHANGED);
      }
      Optional<ConsentLink> link = Optional.ofNullable(links.get(consent.id()));
      List<ConsentState> states =
          link.map(one -> parts.standings().states().of(one.ledgerId())).orElse(List.of());
      ConsentEvidence.Confirmed confirmed =
          parts
              .evidence()
              .standing(
                  new ConsentEvidence.Claims(
                      consent.id(),
                      true,
                      patient,
                      link,
                      states.stream().map(this::then).toList(),
                      keys,
                      said),
                  moment.finalBlock());
      LedgerStanding standing = confirmed.found().standing();
      if (!confirmed.isWhole() || standing.equals(LedgerStanding.UNCONFIRMED)) {
        gaps.add(Gap.NOT_CONFIRMED);
      }
      return consent.withStanding(standing);
    }

    private boolean isWrittenSince(String reference) {
      String chain = LeafComparison.chain(reference);
      return parts
          .leaves()
          .newest(List.of(chain))
          .of(chain)
          .newest()
          .filter(leaf -> !moment.has(leaf.statement()))
          .isPresent();
    }

    /** A row keeps its grant when it is revoked: both have their blocks. */
    private ConsentState then(ConsentState now) {
      ConsentRecord record = now.record();
      boolean revoked =
          said.events().stream().anyMatch(event -> event.isAbout(record.key()) && event.isRevoked())
              || now.revocation().filter(at -> isThere(at.blockNumber())).isPresent();
      return new ConsentState(
          new ConsentRecord(
              record.key(), record.grant().filter(grant -> isThere(now, grant)), revoked),
          now.grantTransaction(),
          now.revocation(),
          now.revision());
    }

    private boolean isThere(ConsentState now, ConsentRecord.Grant grant) {
      return isThere(grant.blockNumber())
          || said.events().stream()
              .anyMatch(event -> event.isAbout(now.record().key()) && event.says(grant));
    }

    /** Without a leaf there is no instant: the block alone tells. */
    private boolean isThere(long block) {
      return moment.bounds() != PastMoment.Bounds.BLOCK_AND_INSTANT && moment.hasBlock(block);
    }
  }
}
