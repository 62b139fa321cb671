package org.fhiranchor.bench;

/** Observations of about a kilobyte, as a laboratory sends them. */
final class Observations {
  private static final String BODY =
      """
      "status":"final","category":[{"coding":[{"system":\
      "http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":\
      "Laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"2339-0","display":\
      "Glucose [Mass/volume] in Blood"},{"system":"http://snomed.info/sct","code":"33747003",\
      "display":"Glucose measurement, blood"}],"text":"Glucose"},"effectiveDateTime":\
      "2026-03-02T10:15:30.000+01:00","issued":"2026-03-02T10:20:30.000+01:00","valueQuantity":\
      {"value":95.10,"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"},\
      "interpretation":[{"coding":[{"system":\
      "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"N"}]}],\
      "referenceRange":[{"low":{"value":70,"unit":"mg/dL"},"high":{"value":99,"unit":"mg/dL"}}]}
      """;

  private Observations() {}

  /** The body of a create. */
  static String fresh(long number) {
    return "{\"resourceType\":\"Observation\",\"identifier\":[{\"system\":\"urn:bench\",\"value\":\""
        + number
        + "\"}],"
        + BODY.strip();
  }

  /** Version 2 as a read would return it. */
  static String stored(String id) {
    return "{\"resourceType\":\"Observation\",\"id\":\""
        + id
        + "\",\"meta\":{\"versionId\":\"2\",\"lastUpdated\":\"2026-11-22T10:15:30.123+00:00\"},"
        + BODY.strip();
  }
}
