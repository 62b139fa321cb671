package org.fhiranchor.server;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The database, looked at before anything is made: H2 only when its file is there already. */
final class DatabaseAtStart {
  private static final String LIMIT_SECONDS = "4";
  private static final String POSTGRES = "jdbc:postgresql:";

  private final String url;
  private final Properties login;
  private final boolean isThere;

  private DatabaseAtStart(String url, Properties login, boolean isThere) {
    this.url = url;
    this.login = login;
    this.isThere = isThere;
  }

  static DatabaseAtStart of(ConfigurableEnvironment environment, DataFolder folder) {
    String url = environment.getRequiredProperty("spring.datasource.url");
    Properties login = new Properties();
    boolean postgres = url.startsWith(POSTGRES);
    property(environment, "username").ifPresent(user -> login.setProperty("user", user));
    property(environment, "password").ifPresent(word -> login.setProperty("password", word));
    if (postgres) {
      login.setProperty("connectTimeout", LIMIT_SECONDS);
      login.setProperty("socketTimeout", LIMIT_SECONDS);
    }
    return new DatabaseAtStart(url, login, postgres || folder.hasDatabase());
  }

  private static Optional<String> property(ConfigurableEnvironment environment, String name) {
    return Optional.ofNullable(environment.getProperty("spring.datasource." + name));
  }

  /**
   * Refuses a PostgreSQL that does not take us.
   *
   * @throws DatabaseAtStartException with one sentence
   */
  void check() {
    if (url.startsWith(POSTGRES)) {
      try (Connection connection = DriverManager.getConnection(url, login)) {
        connection.getMetaData();
      } catch (SQLException refused) {
        throw new DatabaseAtStartException(place() + " " + words(refused), refused);
      }
    }
  }

  /** Whether it carries a log; whoever asks has no key for it. */
  boolean carriesLog() {
    if (!isThere) {
      return false;
    }
    try (Connection connection = DriverManager.getConnection(url, login)) {
      return AnchorSchema.carriesLog(new SingleConnectionDataSource(connection, true));
    } catch (SQLException refused) {
      throw new DatabaseAtStartException(place() + " cannot be read", refused);
    }
  }

  /** Without what follows a question mark: there may be a password in it. */
  private String place() {
    return "spring.datasource.url: the database " + url.replaceAll("[?;].*", "");
  }

  private static String words(SQLException refused) {
    String state = Optional.ofNullable(refused.getSQLState()).orElse("");
    if (isTimeout(refused)) {
      return "does not answer; see whether it runs and can be reached from here";
    }
    if (state.startsWith("28")) {
      return "refuses spring.datasource.username or .password";
    }
    return switch (state) {
      case "3D000" -> "is not there; create it";
      case "08001", "08004", "08006" ->
          "refuses connections; see whether it runs and can be reached from here";
      default -> "cannot be used (SQLSTATE " + state + ")";
    };
  }

  private static boolean isTimeout(Throwable failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }
}
