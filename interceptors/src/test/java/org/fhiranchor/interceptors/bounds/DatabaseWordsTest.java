package org.fhiranchor.interceptors.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** ANS-1: no answer has a statement of the database in it. */
final class DatabaseWordsTest {
  private static final String SAID =
      "HAPI-0550: HAPI-2223: JDBC exception executing SQL [DELETE FROM HFJ_RESOURCE WHERE RES_ID IN"
          + " (1052)] [Referential integrity constraint violation: \"FK_RESLINK_TARGET\"]";

  private final DatabaseWords words = new DatabaseWords();

  @Test
  @DisplayName("ANS-1 what the database said is left out, and the status stays")
  void failures() {
    assertThat(words.failing(new ResourceVersionConflictException(SAID)))
        .isInstanceOf(ResourceVersionConflictException.class)
        .hasMessage("another request changed the same at the same time: ask again");
    assertThat(words.failing(new InternalErrorException("could not execute statement [x]")))
        .isInstanceOf(InternalErrorException.class)
        .hasMessage("the database did not take this request");
    assertThat(words.failing(new InvalidRequestException("unknown parameter"))).isNull();
  }

  @Test
  @DisplayName("ANS-1 what the database said is left out of the entries of a batch")
  void entries() {
    Bundle answer = new Bundle();
    OperationOutcome outcome = new OperationOutcome();
    outcome.addIssue().setDiagnostics(SAID);
    answer.addEntry().getResponse().setStatus("409 Conflict").setOutcome(outcome);
    answer.addEntry().getResponse().setStatus("201 Created");
    words.answering(null, answer);
    assertThat(outcome.getIssueFirstRep().getDiagnostics())
        .isEqualTo("another request changed the same at the same time: ask again");
  }
}
