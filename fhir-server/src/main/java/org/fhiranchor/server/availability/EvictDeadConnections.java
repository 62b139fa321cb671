package org.fhiranchor.server.availability;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * What the pool makes of a failure. By itself it knows PostgreSQL's and not H2's, and a connection
 * that is used all the time is never asked whether it lives.
 */
final class EvictDeadConnections implements SQLExceptionOverride {
  @java.lang.Override
  public SQLExceptionOverride.Override adjudicate(SQLException failure) {
    return DatabaseFailures.isAway(failure)
        ? SQLExceptionOverride.Override.MUST_EVICT
        : SQLExceptionOverride.Override.CONTINUE_EVICT;
  }
}
