package org.fhiranchor.interceptors.log.serving;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.fhiranchor.merkle.ResourceKey;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;

/**
 * Reads versions through HAPI, with all its hooks, so that only who may read one gets it. A version
 * that is gone or damaged is said to be so to whoever may read another version of the resource
 * (PRF-1).
 */
final class ReadableVersions {
  private static final int NOT_FOUND = 404;

  private final DaoRegistry daos;
  private final BiPredicate<ResourceKey, String> isLogged;

  /**
   * Versions of this store.
   *
   * @param isLogged whether the log has, or is about to have, such a version
   */
  ReadableVersions(DaoRegistry daos, BiPredicate<ResourceKey, String> isLogged) {
    this.daos = daos;
    this.isLogged = isLogged;
  }

  /** A version that the requester may read; no content after a deletion. */
  record Version(ResourceKey resource, String version, Optional<byte[]> content) {}

  Version read(IIdType id, RequestDetails request) {
    ResourceKey resource = new ResourceKey(id.getResourceType(), id.getIdPart());
    try {
      IBaseResource found = one(id, request);
      String json = daos.getFhirContext().newJsonParser().encodeResourceToString(found);
      return new Version(
          resource,
          found.getIdElement().getVersionIdPart(),
          Optional.of(json.getBytes(StandardCharsets.UTF_8)));
    } catch (ResourceGoneException gone) {
      if (!id.hasVersionIdPart() || !mayReadAnother(id, request)) {
        throw gone;
      }
      return new Version(resource, id.getVersionIdPart(), Optional.empty());
    } catch (ResourceNotFoundException missing) {
      throw isLost(id, resource) && mayReadAnother(id, request)
          ? unavailable("this version is not stored here, whatever the log says of it")
          : missing;
    } catch (DataFormatException | InternalErrorException damaged) {
      throw mayReadAnother(id, request)
          ? unavailable("this version is stored, but it is damaged and cannot be read")
          : new ResourceNotFoundException(id);
    }
  }

  /** In the log and not in the store. A hidden version is there: it is answered as by a read. */
  private boolean isLost(IIdType id, ResourceKey resource) {
    return id.hasVersionIdPart() && !isStored(id) && isLogged.test(resource, id.getVersionIdPart());
  }

  private boolean isStored(IIdType id) {
    try {
      daos.getResourceDao(id.getResourceType())
          .read(id.toUnqualified(), SystemRequestDetails.forAllPartitions());
      return true;
    } catch (ResourceNotFoundException missing) {
      return false;
    } catch (BaseServerResponseException | DataFormatException unreadable) {
      // Deleted or damaged, and so there.
      return true;
    }
  }

  private static BaseServerResponseException unavailable(String reason) {
    return new UnclassifiedServerFailureException(NOT_FOUND, reason);
  }

  private IBaseResource one(IIdType id, RequestDetails request) {
    return daos.getResourceDao(id.getResourceType()).read(id.toUnqualified(), request);
  }

  /** The neighbours and the newest: a deletion is readable by who may read the version before. */
  private boolean mayReadAnother(IIdType id, RequestDetails request) {
    if (!id.hasVersionIdPart() || !id.isVersionIdPartValidLong()) {
      return false;
    }
    long version = id.getVersionIdPartAsLong();
    return Stream.of(
            id.withVersion(String.valueOf(version - 1)),
            id.toVersionless(),
            id.withVersion(String.valueOf(version + 1)))
        .anyMatch(other -> isReadable(other, request));
  }

  private boolean isReadable(IIdType id, RequestDetails request) {
    try {
      one(id, request);
      return true;
    } catch (BaseServerResponseException | DataFormatException hidden) {
      // Missing, gone, damaged or not for this requester: this one vouches for nothing.
      return false;
    }
  }
}
