package org.fhiranchor.interceptors.gate.decision;

import static java.util.stream.Collectors.groupingBy;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IAnyResource;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/** Reads what is stored in the server's own name, to decide about it; nothing of it is shown. */
public final class StoredResources {
  private final DaoRegistry daos;

  public StoredResources(DaoRegistry daos) {
    this.daos = daos;
  }

  /** The current version; empty when there is none, it is deleted, or no id can look like that. */
  public Optional<Resource> current(String type, String id) {
    return read(new IdType(type, id));
  }

  /**
   * The same of many, by their names ({@code "Type/id"}), with a few statements for each type
   * whatever their number.
   */
  public Map<String, Resource> current(Collection<String> names) {
    Map<String, Resource> found = new LinkedHashMap<>();
    byType(names)
        .forEach(
            (type, ids) -> {
              if (ids.size() == 1) {
                read(ids.get(0)).ifPresent(one -> found.put(ids.get(0).getValue(), one));
              } else {
                together(type, ids).forEach(one -> found.put(type + "/" + one.getIdPart(), one));
              }
            });
    return found;
  }

  private Map<String, List<IdType>> byType(Collection<String> names) {
    return names.stream()
        .map(IdType::new)
        .filter(id -> id.hasIdPart() && daos.isResourceTypeSupported(id.getResourceType()))
        .collect(groupingBy(IdType::getResourceType));
  }

  /** As it is now, and for a deleted one as it was last. */
  public Optional<Resource> lastKnown(String type, String id) {
    return current(type, id).or(() -> deleted(type, id).flatMap(this::lastLiveVersion));
  }

  /**
   * The same of many, by their names ({@code "Type/id"}): those that are there now with a few
   * statements for each type, whatever their number, and one by one only those that are not.
   */
  public Map<String, Resource> lastKnown(Collection<String> names) {
    Map<String, Resource> found = new LinkedHashMap<>();
    byType(names)
        .forEach(
            (type, ids) -> {
              if (ids.size() > 1) {
                together(type, ids).forEach(one -> found.put(type + "/" + one.getIdPart(), one));
              }
              for (IdType id : ids) {
                if (!found.containsKey(id.getValue())) {
                  lastKnown(type, id.getIdPart()).ifPresent(one -> found.put(id.getValue(), one));
                }
              }
            });
    return found;
  }

  private List<Resource> together(String type, List<IdType> ids) {
    TokenOrListParam any = new TokenOrListParam();
    ids.forEach(id -> any.add(null, id.getIdPart()));
    SearchParameterMap asked = new SearchParameterMap().add(IAnyResource.SP_RES_ID, any);
    return daos
        .getResourceDao(type)
        .search(asked.setLoadSynchronous(true), SystemRequestDetails.forAllPartitions())
        .getAllResources()
        .stream()
        .map(Resource.class::cast)
        .toList();
  }

  private Optional<IIdType> deleted(String type, String id) {
    if (!daos.isResourceTypeSupported(type)) {
      return Optional.empty();
    }
    try {
      IBaseResource found =
          daos.getResourceDao(type)
              .read(new IdType(type, id), SystemRequestDetails.forAllPartitions(), true);
      return Optional.ofNullable(found)
          .filter(IBaseResource::isDeleted)
          .map(IBaseResource::getIdElement);
    } catch (ResourceNotFoundException | ResourceGoneException | InvalidRequestException nothing) {
      return Optional.empty();
    }
  }

  /** The version before a deletion: a deletion belongs to whom the last live version did. */
  public Optional<Resource> lastLiveVersion(IIdType deleted) {
    Long version = deleted.getVersionIdPartAsLong();
    return version == null || version < 2
        ? Optional.empty()
        : read(
            new IdType(deleted.getResourceType(), deleted.getIdPart(), Long.toString(version - 1)));
  }

  /** One version, as it was written; empty for a deletion. */
  public Optional<Resource> version(IdType id) {
    return read(id);
  }

  private Optional<Resource> read(IdType id) {
    if (!daos.isResourceTypeSupported(id.getResourceType())) {
      return Optional.empty();
    }
    try {
      IBaseResource found =
          daos.getResourceDao(id.getResourceType())
              .read(id, SystemRequestDetails.forAllPartitions());
      // HAPI reads nothing where an erasure takes the rows meanwhile
      return Optional.ofNullable(found)
          .filter(Resource.class::isInstance)
          .map(Resource.class::cast);
    } catch (ResourceNotFoundException | ResourceGoneException | InvalidRequestException nothing) {
      return Optional.empty();
    }
  }
}
