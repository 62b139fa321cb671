package org.fhiranchor.server.availability;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import org.fhiranchor.interceptors.store.h2.HeldRows;

/**
 * What the pool makes of a failure. By itself it knows PostgreSQL's and not H2's, and a connection
 * that is used all the time is never asked whether it lives. Made by HikariCP, from its name.
 */
public final class EvictDeadConnections implements SQLExceptionOverride {
  private final HeldRows heldRows = new HeldRows();

  @java.lang.Override
  public SQLExceptionOverride.Override adjudicate(SQLException failure) {
    return DatabaseFailures.isAway(failure)
        ? SQLExceptionOverride.Override.MUST_EVICT
        : heldRows.adjudicate(failure);
  }
}
