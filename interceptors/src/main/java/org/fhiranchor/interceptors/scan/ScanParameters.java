package org.fhiranchor.interceptors.scan;

import ca.uhn.fhir.model.api.IModelJson;
import com.fasterxml.jackson.annotation.JsonProperty;

/** Which scan a job watches over; HAPI keeps it as JSON. */
public final class ScanParameters implements IModelJson {
  @JsonProperty("scan")
  private String scan = "";

  /** For HAPI's reader. */
  public ScanParameters() {}

  /** Of this scan. */
  public ScanParameters(String scan) {
    this.scan = scan;
  }

  /** Its id. */
  public String scan() {
    return scan;
  }
}
