package org.fhiranchor.interceptors.log.serving;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.Step;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;

/**
 * {@code $proof} and {@code $verify} on every resource and version. Asking needs the right to read
 * the resource: the version is read through HAPI first, with all its hooks.
 */
public final class ProofOperations {
  private static final int ACCEPTED = 202;

  private final ReadableVersions versions;
  private final Proofs proofs;
  private final LedgerEvidence evidence;
  private final LogVerifierKey key;
  private final RowComparison rows;

  /** The operations over these resources and this log. */
  public ProofOperations(
      DaoRegistry daos,
      Proofs proofs,
      LedgerEvidence evidence,
      LogVerifierKey key,
      RowComparison rows) {
    this.versions =
        new ReadableVersions(
            daos,
            (resource, version) ->
                !(proofs.of(resource, version) instanceof ProofAnswer.NotRecorded));
    this.proofs = proofs;
    this.evidence = evidence;
    this.key = key;
    this.rows = rows;
  }

  /**
   * The proof file of a version, the current one if none is named. 202 while it is not in the log.
   */
  @Operation(name = "$proof", idempotent = true, global = true, manualResponse = true)
  public void proof(@IdParam IIdType id, RequestDetails request, HttpServletResponse response)
      throws IOException {
    ReadableVersions.Version version = versions.read(id, request);
    ProofAnswer answer = proofs.of(version.resource(), version.version());
    if (answer instanceof ProofAnswer.Ready ready) {
      write(response, 200, ProofFile.MEDIA_TYPE, ready.proof().toJson());
      return;
    }
    explainMissing(answer);
    response.setHeader("Retry-After", "1");
    write(
        response,
        ACCEPTED,
        "application/json",
        "{\"state\":\"pending\",\"detail\":\"this version is stored and waits for its place in the"
            + " log\"}");
  }

  /** Checks the stored version as an outsider would, and says what held and what did not. */
  @Operation(name = "$verify", idempotent = true, global = true)
  public Parameters verify(@IdParam IIdType id, RequestDetails request) {
    ReadableVersions.Version version = versions.read(id, request);
    ProofAnswer known = proofs.of(version.resource(), version.version());
    if (!(known instanceof ProofAnswer.Ready ready)) {
      explainMissing(known);
      return answer("undecided", "this version is stored and waits for its place in the log");
    }
    Verdict verdict = check(version, ready.proof());
    return rows.first(version.resource(), version.version(), ready.leaf())
        .filter(
            difference ->
                !(verdict instanceof Verdict.NotVerified not) || explains(difference, not))
        .map(difference -> VerdictParameters.of(difference, ready.leaf()))
        .orElseGet(() -> VerdictParameters.of(verdict, ready.leaf()));
  }

  /**
   * meta.lastUpdated is part of the content: where it was edited, its column is the better name.
   */
  private static boolean explains(RowComparison.Difference difference, Verdict.NotVerified not) {
    return not.step() == Step.CONTENT_DIGEST
        && difference.column().equals(RowComparison.RES_UPDATED);
  }

  private Verdict check(ReadableVersions.Version version, ProofFile proof) {
    byte[] file = proof.toJson().getBytes(StandardCharsets.UTF_8);
    HeadEvidence head = evidence.of(proof);
    return version
        .content()
        .map(content -> Verification.ofResource(content, file, key, head))
        .orElseGet(() -> Verification.ofStatement(file, key, head));
  }

  private static void explainMissing(ProofAnswer answer) {
    if (answer instanceof ProofAnswer.NotRecorded) {
      // Not HAPI's own 404: who may read the version is told why, not that it may not be there.
      throw new UnclassifiedServerFailureException(
          404,
          "this version is not in the log: it was stored before the extension was installed, or not"
              + " through it, or its leaf was changed or taken away in the database");
    }
    if (answer instanceof ProofAnswer.Refused refused) {
      throw new UnclassifiedServerFailureException(503, refused.reason());
    }
  }

  private static Parameters answer(String result, String message) {
    Parameters parameters = new Parameters();
    parameters.addParameter("result", new CodeType(result));
    parameters.addParameter("message", new StringType(message));
    return parameters;
  }

  private static void write(HttpServletResponse response, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType(type);
    response.setCharacterEncoding(null);
    response.setHeader("Cache-Control", "no-store");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
