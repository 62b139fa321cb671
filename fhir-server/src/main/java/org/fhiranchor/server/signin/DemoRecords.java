package org.fhiranchor.server.signin;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.math.BigDecimal;
import java.time.Instant;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Sees to it, when somebody signs in for the first time, that they are there as a resource: an app
 * reads its user ({@code fhirUser}). The demo patient has a weight to look at. What is there, or
 * was deleted, is left alone.
 */
final class DemoRecords {
  private final DaoRegistry daos;
  private final DemoPeople people;
  private volatile boolean done;

  DemoRecords(DaoRegistry daos, DemoPeople people) {
    this.daos = daos;
    this.people = people;
  }

  /** Once; what a failure left out, the next call puts in. */
  synchronized void store() {
    if (done) {
      return;
    }
    people.all().forEach(this::store);
    done = true;
  }

  private void store(DemoPerson person) {
    if (isNew(person.fhirUser())) {
      Resource stored = resource(person);
      stored.setId(person.fhirUser());
      put(stored);
      if (person.isPatient()) {
        put(weight(person));
      }
    }
  }

  private boolean isNew(String reference) {
    IdType id = new IdType(reference);
    try {
      daos.getResourceDao(id.getResourceType()).read(id, new SystemRequestDetails());
      return false;
    } catch (ResourceGoneException deleted) {
      return false;
    } catch (ResourceNotFoundException absent) {
      return true;
    }
  }

  @SuppressWarnings("unchecked")
  private <T extends Resource> void put(T resource) {
    IFhirResourceDao<T> dao = (IFhirResourceDao<T>) daos.getResourceDao(resource.getClass());
    dao.update(resource, new SystemRequestDetails());
  }

  private static Resource resource(DemoPerson person) {
    HumanName name = new HumanName().setText(person.fullName());
    return person.isPatient() ? new Patient().addName(name) : new Practitioner().addName(name);
  }

  private static Observation weight(DemoPerson patient) {
    Observation weight = new Observation();
    weight.setId("Observation/" + patient.id() + "-weight");
    weight.setStatus(Observation.ObservationStatus.FINAL);
    weight
        .addCategory()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/observation-category")
        .setCode("vital-signs");
    weight
        .getCode()
        .addCoding()
        .setSystem("http://loinc.org")
        .setCode("29463-7")
        .setDisplay("Body weight");
    weight.setSubject(new Reference(patient.fhirUser()));
    weight.setEffective(new DateTimeType(Instant.now().toString()));
    weight.setValue(
        new Quantity()
            .setValue(new BigDecimal("71.5"))
            .setUnit("kg")
            .setSystem("http://unitsofmeasure.org")
            .setCode("kg"));
    return weight;
  }
}
