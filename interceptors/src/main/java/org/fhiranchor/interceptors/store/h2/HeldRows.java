package org.fhiranchor.interceptors.store.h2;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Tells HikariCP that a connection which met a row of another transaction lives: H2 calls that a
 * timeout, HikariCP before its version 6 (HAPI's starter has 5.1) closes a connection that says so,
 * and whoever wanted to try again once the row is free ({@link WriteTurn}) met a closed one. Made
 * by HikariCP, from its name.
 */
public final class HeldRows implements SQLExceptionOverride {
  @java.lang.Override
  public SQLExceptionOverride.Override adjudicate(SQLException failure) {
    return failure.getErrorCode() == WriteTurn.ROW_IS_HELD
        ? SQLExceptionOverride.Override.DO_NOT_EVICT
        : SQLExceptionOverride.Override.CONTINUE_EVICT;
  }
}
