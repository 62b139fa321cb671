package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.ErasureCertificate;
import org.fhiranchor.merkle.LeafRanges;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST Patient/[id]/$erase}: for operators alone; to everybody else it does not exist. Asked
 * again, it goes on with what is left, and answers the same certificate.
 */
public final class EraseOperation {
  private static final int UNAVAILABLE = 503;

  private final Erasure erasure;
  private final Proofs proofs;
  private final LogSigningKey key;
  private final Unavailable unavailable;
  private final InstantSource clock;
  private final Supplier<Optional<String>> hindrance;

  /**
   * The operation.
   *
   * @param refusalStatus 403 or 404
   * @param hindrance what an operator must do before anybody is erased; empty where nothing
   */
  public EraseOperation(
      Erasure erasure,
      Proofs proofs,
      LogSigningKey key,
      int refusalStatus,
      InstantSource clock,
      Supplier<Optional<String>> hindrance) {
    this.hindrance = hindrance;
    this.erasure = erasure;
    this.proofs = proofs;
    this.key = key;
    this.unavailable = new Unavailable(refusalStatus);
    this.clock = clock;
  }

  /**
   * Erases the patient. Answers the {@code certificate}, one {@code proof} for each leaf that names
   * what was erased, and one {@code kept} for each resource that refers to the patient and belongs
   * to others too.
   */
  @Operation(name = "$erase", type = Patient.class)
  public Parameters erase(
      @IdParam IIdType id,
      @OperationParam(name = "reason", max = 1) @Nullable StringType reason,
      @OperationParam(name = "basis", max = 1) @Nullable StringType basis,
      RequestDetails request) {
    AccessSubject operator =
        AccessSubject.of(request)
            .filter(asking -> asking.who().has(Role.OPERATOR))
            .orElseThrow(unavailable::exception);
    PatientId patient =
        Optional.of(id.getIdPart())
            .filter(PatientId::isValid)
            .map(PatientId::new)
            .orElseThrow(unavailable::exception);
    hindrance
        .get()
        .ifPresent(
            what -> {
              throw new UnprocessableEntityException(what);
            });
    ErasureOrder order =
        new ErasureOrder(
            clock.instant(),
            words("reason", reason),
            words("basis", basis),
            operator.who().subject());
    try {
      Set<String> kept = erasure.erase(patient, order).orElseThrow(unavailable::exception);
      List<ChainRows.Placed> leaves = erasure.leavesOf(patient);
      if (leaves.isEmpty()) {
        // A restored backup that is older than the patient: there is nothing to certify in its log.
        throw unavailable.exception();
      }
      AccessEvent.of(request).ifPresent(AccessEvent::erases);
      return answer(leaves, kept);
    } catch (Erasure.BusyException busy) {
      BaseServerResponseException later =
          new UnclassifiedServerFailureException(UNAVAILABLE, busy.getMessage());
      later.addResponseHeader("Retry-After", "5");
      throw later;
    }
  }

  private static String words(String name, @Nullable StringType given) {
    String text =
        Optional.ofNullable(given)
            .flatMap(value -> Optional.ofNullable(value.getValue()))
            .orElse("");
    try {
      ErasureCertificate.words(name, text);
      return text;
    } catch (IllegalArgumentException wrong) {
      throw new InvalidRequestException(String.valueOf(wrong.getMessage()));
    }
  }

  private Parameters answer(List<ChainRows.Placed> leaves, Set<String> kept) {
    Parameters answer = new Parameters();
    answer.addParameter("certificate", new StringType(certificate(leaves)));
    leaves.forEach(
        row -> answer.addParameter("proof", new StringType(proofs.of(row.leaf()).toJson())));
    kept.forEach(name -> answer.addParameter("kept", new StringType(name)));
    return answer;
  }

  private String certificate(List<ChainRows.Placed> leaves) {
    LeafRanges erased = LeafRanges.NONE;
    LeafRanges contents = LeafRanges.NONE;
    long versions = 0;
    long events = 0;
    for (ChainRows.Placed row : leaves) {
      Statement.Erasure statement = (Statement.Erasure) row.leaf().statement();
      erased = erased.and(statement.leaves());
      contents = contents.and(statement.contents());
      versions += Long.parseLong(ErasureLeaves.record(row).getOrDefault("versions", "0"));
      events += Long.parseLong(ErasureLeaves.record(row).getOrDefault("events", "0"));
    }
    Checkpoint head = proofs.of(leaves.get(leaves.size() - 1).leaf()).checkpoint().checkpoint();
    return key.sign(
        new ErasureCertificate(
            leaves.get(0).leaf().statement().recorded(),
            ErasureLeaves.record(leaves.get(0)).getOrDefault("reason", ""),
            ErasureLeaves.record(leaves.get(0)).getOrDefault("basis", ""),
            versions,
            events,
            erased,
            contents,
            LeafRanges.of(leaves.stream().map(row -> row.leaf().index().value()).toList()),
            head));
  }
}
