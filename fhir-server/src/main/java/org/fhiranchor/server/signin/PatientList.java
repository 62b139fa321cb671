package org.fhiranchor.server.signin;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.List;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;

/** The patients of this server, for the page where a clinician picks one. */
final class PatientList {
  /** The most that the page shows. */
  static final int MOST = 50;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  private final DaoRegistry daos;

  PatientList(DaoRegistry daos) {
    this.daos = daos;
  }

  record Entry(String id, String name) {}

  /** The first by id. */
  List<Entry> first() {
    SearchParameterMap all = SearchParameterMap.newSynchronous();
    all.setSort(new SortSpec("_id"));
    all.setCount(MOST);
    return dao().search(all, new SystemRequestDetails()).getResources(0, MOST).stream()
        .map(Patient.class::cast)
        .map(patient -> new Entry(patient.getIdElement().getIdPart(), name(patient)))
        .toList();
  }

  boolean isThere(String id) {
    if (!ID.matcher(id).matches()) {
      return false;
    }
    try {
      dao().read(new IdType("Patient", id), new SystemRequestDetails());
      return true;
    } catch (ResourceNotFoundException | ResourceGoneException notThere) {
      return false;
    }
  }

  private IFhirResourceDao<Patient> dao() {
    return daos.getResourceDao(Patient.class);
  }

  private static String name(Patient patient) {
    return patient.getName().stream()
        .map(HumanName::getNameAsSingleString)
        .filter(name -> !name.isBlank())
        .findFirst()
        .orElse("(no name)");
  }
}
