package org.fhiranchor.interceptors.export;

import ca.uhn.fhir.model.api.IModelJson;
import com.fasterxml.jackson.annotation.JsonProperty;

/** Which export a job watches over; HAPI keeps it as JSON. */
public final class ExportJobParameters implements IModelJson {
  @JsonProperty("export")
  private String export = "";

  /** For HAPI's reader. */
  public ExportJobParameters() {}

  /** Of this export. */
  public ExportJobParameters(String export) {
    this.export = export;
  }

  /** Its id. */
  public String export() {
    return export;
  }
}
