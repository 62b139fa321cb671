package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Optional;
import org.fhiranchor.interceptors.log.recording.RecordedWriter;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resources as they are stored now, read as the server itself and held against the log (FOL-3). */
final class ConfirmedResources {
  static final String EDITED = "what is stored of it is not its newest leaf's";

  private static final int LOOKS = 3;
  private static final Logger LOG = LoggerFactory.getLogger(ConfirmedResources.class);

  private final DaoRegistry daos;
  private final LeafComparison leaves;

  ConfirmedResources(DaoRegistry daos, LeafComparison leaves) {
    this.daos = daos;
    this.leaves = leaves;
  }

  /**
   * A resource, and what the log says of it.
   *
   * @param resource empty when there is none, and when it cannot be read
   * @param writer who wrote what fits
   */
  record Found(
      Optional<IBaseResource> resource, LeafComparison.Result result, RecordedWriter writer) {}

  /** Between two looks it may have been written again. */
  Found read(String reference) {
    IdType id = new IdType(reference);
    Found found = nothing(LeafComparison.Result.FITS);
    if (daos.isResourceTypeSupported(id.getResourceType())) {
      int looks = LOOKS;
      do {
        found = look(id, reference);
        looks--;
      } while (looks > 0 && found.result() == LeafComparison.Result.EDITED);
    }
    return found;
  }

  private Found look(IdType id, String reference) {
    try {
      Optional<IBaseResource> stored = read(id);
      LeafComparison.Compared compared = leaves.compare(reference, stored.map(this::json));
      return new Found(stored, compared.result(), compared.writer());
    } catch (DataFormatException | InternalErrorException damaged) {
      LOG.warn("a resource that consents name cannot be read: it is damaged");
      return nothing(LeafComparison.Result.EDITED);
    }
  }

  private static Found nothing(LeafComparison.Result result) {
    return new Found(Optional.empty(), result, RecordedWriter.UNKNOWN);
  }

  private String json(IBaseResource resource) {
    return daos.getFhirContext().newJsonParser().encodeResourceToString(resource);
  }

  private Optional<IBaseResource> read(IdType id) {
    try {
      return Optional.ofNullable(
          daos.getResourceDao(id.getResourceType()).read(id, new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException none) {
      return Optional.empty();
    }
  }
}
