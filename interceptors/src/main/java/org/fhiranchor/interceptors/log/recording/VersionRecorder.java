package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.CanonicalResource;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Records every version that HAPI stores as a pending leaf, inside the resource's own database
 * transaction (REC-1, REC-3, REC-4). Register on the JPA interceptor registry alone: the same hooks
 * fire on the RestfulServer's too. A version that cannot be recorded is not stored: the exception
 * rolls the write back.
 */
@Interceptor(order = VersionRecorder.ORDER)
public final class VersionRecorder {
  /** After everybody else's hooks. */
  public static final int ORDER = 1_000_000;

  /** Before HAPI's subscriptions, which put the version before a deletion back into its id. */
  private static final int FIRST = -1_000_000;

  private final FhirContext context;
  private final LogStore store;
  private final Function<Optional<RequestDetails>, Map<String, String>> whoAndWhy;
  private final SecureRandom random;
  private final Consumer<Statement.ResourceVersion> recorded;

  /**
   * A recorder.
   *
   * @param whoAndWhy the facts of the who/why record, from the request or for system writes
   * @param recorded told after each leaf that became pending
   */
  public VersionRecorder(
      FhirContext context,
      LogStore store,
      Function<Optional<RequestDetails>, Map<String, String>> whoAndWhy,
      SecureRandom random,
      Consumer<Statement.ResourceVersion> recorded) {
    this.context = context;
    this.store = store;
    this.whoAndWhy = whoAndWhy;
    this.random = random;
    this.recorded = recorded;
  }

  /** A first version. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(
      IBaseResource resource, @Nullable RequestDetails request, TransactionDetails transaction) {
    record(Operation.CREATE, resource, request, transaction);
  }

  /** A later version; after a deletion it is stated as a create (STM-6). */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(
      @Nullable IBaseResource before,
      IBaseResource after,
      @Nullable RequestDetails request,
      TransactionDetails transaction) {
    refuseSameVersion(before, after);
    boolean undelete = before != null && before.isDeleted();
    record(undelete ? Operation.CREATE : Operation.UPDATE, after, request, transaction);
  }

  /** A deletion; HAPI hands over the last live body with the deletion's version in its id. */
  @Hook(value = Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED, order = FIRST)
  public void deleted(
      IBaseResource resource, @Nullable RequestDetails request, TransactionDetails transaction) {
    record(Operation.DELETE, resource, request, transaction);
  }

  /** $meta-add and $meta-delete change a stored version in place (REC-2). */
  private static void refuseSameVersion(@Nullable IBaseResource before, IBaseResource after) {
    if (before == null) {
      return;
    }
    String was = before.getIdElement().getVersionIdPart();
    if (was != null && was.equals(after.getIdElement().getVersionIdPart())) {
      throw new MethodNotAllowedException(
          "this operation changes a stored version without making a new one, which would leave the"
              + " log untrue: change the resource with PUT or PATCH instead");
    }
  }

  /** The instant is the one that HAPI stores with the version, so that the two can be compared. */
  private void record(
      Operation operation,
      IBaseResource resource,
      @Nullable RequestDetails request,
      TransactionDetails transaction) {
    IIdType id = resource.getIdElement();
    ResourceKey key = new ResourceKey(context.getResourceType(resource), id.getIdPart());
    SaltedRecord provenance = SaltedRecord.of(facts(resource, request), Salt.random(random));
    Statement.ResourceVersion statement =
        new Statement.ResourceVersion(
            transaction.getTransactionDate().toInstant(),
            key,
            id.getVersionIdPart(),
            operation,
            operation == Operation.DELETE
                ? Optional.empty()
                : Optional.of(content(resource, request)),
            provenance.digest(),
            Optional.empty());
    store.addPending(new PendingLeaf(statement, Salt.random(random), provenance.json()));
    recorded.accept(statement);
  }

  /** Whose consent it is stands in its leaf, so that it is known when the row is edited (FOL-3). */
  private Map<String, String> facts(IBaseResource resource, @Nullable RequestDetails request) {
    Map<String, String> facts = new TreeMap<>(whoAndWhy.apply(Optional.ofNullable(request)));
    if (resource instanceof Consent consent && consent.getPatient().getReference() != null) {
      facts.put("consentPatient", consent.getPatient().getReference());
    }
    return facts;
  }

  /**
   * The digest of what any later read returns (CAN-7, CAN-8): of what parsing our own text gives. A
   * text that this leaves as it is stays for good; another one is tried once more.
   */
  private Digest content(IBaseResource resource, @Nullable RequestDetails request) {
    writeWholeInstant(resource);
    dropRequestOfBefore(resource, request);
    String stored = context.newJsonParser().encodeResourceToString(resource);
    try {
      String read = asRead(stored);
      CanonicalResource canonical = canonical(read);
      if (!read.equals(stored)) {
        requireStable(read, canonical);
      }
      return canonical.sha256();
    } catch (CanonicalFormException notWhole) {
      throw new UnprocessableEntityException(notWhole.getMessage(), notWhole);
    } catch (DataFormatException unreadable) {
      throw new UnprocessableEntityException(
          "the resource, once stored, could not be read again", unreadable);
    }
  }

  private void requireStable(String read, CanonicalResource canonical) {
    String again = asRead(read);
    if (!canonical(again).sha256().equals(canonical.sha256())) {
      throw new UnprocessableEntityException(
          FirstDifference.between(read, again)
              + ": no two readings would return this alike, so it could not be proven");
    }
  }

  private static CanonicalResource canonical(String json) {
    return CanonicalResource.of(json.getBytes(StandardCharsets.UTF_8));
  }

  private String asRead(String json) {
    IParser parser = context.newJsonParser();
    return parser.encodeResourceToString(parser.parseResource(json));
  }

  /**
   * HAPI puts its own time into the element that the client sent: one of whole seconds would hide
   * the milliseconds that a read returns.
   */
  private static void writeWholeInstant(IBaseResource resource) {
    if (resource instanceof Resource r4 && r4.getMeta().hasLastUpdated()) {
      r4.getMeta().setLastUpdatedElement(new InstantType(r4.getMeta().getLastUpdated()));
    }
  }

  /**
   * A source that is only the id of a request ({@code #…}) is HAPI's own. In a write of the server
   * itself, which has no such id, the one of the version before is still in the resource, and HAPI
   * does not store it. (An entry of a client's transaction has none either; the transaction has.)
   */
  private static void dropRequestOfBefore(
      IBaseResource resource, @Nullable RequestDetails request) {
    boolean byTheServer =
        request == null
            || (request instanceof SystemRequestDetails && request.getRequestId() == null);
    if (byTheServer
        && resource instanceof Resource r4
        && r4.getMeta().hasSource()
        && r4.getMeta().getSource().startsWith("#")) {
      r4.getMeta().setSource(null);
    }
  }
}
