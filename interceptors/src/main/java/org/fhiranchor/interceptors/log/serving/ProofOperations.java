package org.fhiranchor.interceptors.log.serving;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;
import org.hl7.fhir.instance.model.api.IBaseResource;
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

  private final DaoRegistry daos;
  private final Proofs proofs;
  private final LedgerEvidence evidence;
  private final LogVerifierKey key;

  /** The operations over these resources and this log. */
  public ProofOperations(
      DaoRegistry daos, Proofs proofs, LedgerEvidence evidence, LogVerifierKey key) {
    this.daos = daos;
    this.proofs = proofs;
    this.evidence = evidence;
    this.key = key;
  }

  /**
   * The proof file of a version, the current one if none is named. 202 while it is not in the log.
   */
  @Operation(name = "$proof", idempotent = true, global = true, manualResponse = true)
  public void proof(@IdParam IIdType id, RequestDetails request, HttpServletResponse response)
      throws IOException {
    Version version = read(id, request);
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
    Version version = read(id, request);
    ProofAnswer known = proofs.of(version.resource(), version.version());
    if (!(known instanceof ProofAnswer.Ready ready)) {
      explainMissing(known);
      return answer("undecided", "this version is stored and waits for its place in the log");
    }
    return VerdictParameters.of(check(version, ready.proof()), ready.leaf());
  }

  private Verdict check(Version version, ProofFile proof) {
    byte[] file = proof.toJson().getBytes(StandardCharsets.UTF_8);
    HeadEvidence head = evidence.of(proof);
    return version
        .content()
        .map(content -> Verification.ofResource(content, file, key, head))
        .orElseGet(() -> Verification.ofStatement(file, key, head));
  }

  private static void explainMissing(ProofAnswer answer) {
    if (answer instanceof ProofAnswer.NotRecorded) {
      throw new ResourceNotFoundException(
          "this version is not in the log: it was stored before the extension was installed, or not"
              + " through it");
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

  /** A version that the requester may read. */
  private record Version(ResourceKey resource, String version, Optional<byte[]> content) {}

  private Version read(IIdType id, RequestDetails request) {
    ResourceKey resource = new ResourceKey(id.getResourceType(), id.getIdPart());
    try {
      IBaseResource found =
          daos.getResourceDao(id.getResourceType()).read(id.toUnqualified(), request);
      String json = daos.getFhirContext().newJsonParser().encodeResourceToString(found);
      return new Version(
          resource,
          found.getIdElement().getVersionIdPart(),
          Optional.of(json.getBytes(StandardCharsets.UTF_8)));
    } catch (ResourceGoneException gone) {
      return deleted(id, resource, request, gone);
    }
  }

  /** A deletion is readable by whoever may read the version before it. */
  private Version deleted(
      IIdType id, ResourceKey resource, RequestDetails request, ResourceGoneException gone) {
    if (!id.hasVersionIdPart()) {
      throw gone;
    }
    long before = id.getVersionIdPartAsLong() - 1;
    daos.getResourceDao(id.getResourceType()).read(id.withVersion(String.valueOf(before)), request);
    return new Version(resource, id.getVersionIdPart(), Optional.empty());
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
