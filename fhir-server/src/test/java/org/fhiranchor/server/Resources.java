package org.fhiranchor.server;

import java.util.UUID;

/** Bodies that tests write; each with an identifier that no other test has. */
final class Resources {
  private Resources() {}

  static String unique() {
    return UUID.randomUUID().toString();
  }

  static String patient(String family) {
    return patient(family, unique());
  }

  static String patient(String family, String identifier) {
    return """
    {"resourceType": "Patient", "identifier": [{"system": "urn:test", "value": "%s"}],
     "name": [{"family": "%s", "given": ["Ada"]}], "gender": "female", "birthDate": "1970-03-02"}
    """
        .formatted(identifier, family);
  }

  static String observation(String subject) {
    return """
    {"resourceType": "Observation", "status": "final", "subject": {"reference": "%s"},
     "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
     "effectiveDateTime": "2026-03-01T10:00:00Z",
     "valueQuantity": {"value": 61.0, "unit": "/min", "system": "http://unitsofmeasure.org",
       "code": "/min"}}
    """
        .formatted(subject);
  }

  static String bundle(String type, String... entries) {
    return """
    {"resourceType": "Bundle", "type": "%s", "entry": [%s]}
    """
        .formatted(type, String.join(",", entries));
  }

  static String entry(String fullUrl, String method, String url, String resource) {
    return """
    {"fullUrl": "%s", "request": {"method": "%s", "url": "%s"}, "resource": %s}
    """
        .formatted(fullUrl, method, url, resource);
  }
}
