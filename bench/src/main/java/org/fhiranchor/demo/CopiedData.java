package org.fhiranchor.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A copy of a server's data folder, made while that server runs. H2 only ever appends to its file
 * and keeps what it replaces for 45 seconds, so a copy that takes less opens at a commit.
 */
record CopiedData(Path folder) {
  /** Never lock, pid or log files: those belong to the processes of the original. */
  private static final List<String> FILES = List.of("h2/fhir.mv.db", "log.key", "ledger-mnemonic");

  /** Without them a server does not start on rows that they are needed for. */
  private static final List<String> WHERE_THERE =
      List.of(
          "erasure.mv.db",
          "custody-key",
          "subject.key",
          "chain/state.json",
          "chain/state.previous.json");

  private static final Pattern VALUE =
      Pattern.compile("(\"valueQuantity\":\\{\"value\":)([0-9]+(?:\\.[0-9]+)?)");

  /** What was changed, for the table. */
  record Change(Version version, String before, String after) {}

  static CopiedData of(Path data, Path target) {
    try {
      for (String file : FILES) {
        copy(data.resolve(file), target.resolve(file));
      }
      for (String file : WHERE_THERE) {
        if (Files.exists(data.resolve(file))) {
          copy(data.resolve(file), target.resolve(file));
        }
      }
      return new CopiedData(target);
    } catch (IOException failed) {
      throw new DemoFailure("cannot copy the data folder " + data, failed);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.resolveSibling(""));
    Files.copy(from, to);
  }

  /** One measured value that is among the versions, made 1 higher by plain SQL. */
  Change changeOneRow(List<Version> versions) {
    try (Connection connection =
        DriverManager.getConnection(
            "jdbc:h2:file:" + folder.resolve("h2/fhir") + ";DB_CLOSE_ON_EXIT=FALSE", "", "")) {
      for (Version version : versions) {
        String text = textOf(connection, version);
        Matcher value = VALUE.matcher(text);
        if (version.type().equals("Observation") && value.find()) {
          String after = raised(value.group(2));
          update(
              connection,
              version,
              text.substring(0, value.start(2)) + after + text.substring(value.end(2)));
          return new Change(version, value.group(2), after);
        }
      }
      throw new DemoFailure("no Observation with a measured value among the versions taken");
    } catch (SQLException failed) {
      throw new DemoFailure("cannot change a row in the copy", failed);
    }
  }

  private static String raised(String number) {
    return new java.math.BigDecimal(number).add(java.math.BigDecimal.ONE).toPlainString();
  }

  private static String textOf(Connection connection, Version version) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select RES_TEXT_VC from HFJ_RES_VER where RES_VER = ? and RES_ID ="
                + " (select RES_ID from HFJ_RESOURCE where RES_TYPE = ? and FHIR_ID = ?)")) {
      select.setLong(1, Long.parseLong(version.version()));
      select.setString(2, version.type());
      select.setString(3, version.id());
      try (ResultSet rows = select.executeQuery()) {
        if (!rows.next()) {
          throw new DemoFailure("the copy has no row of " + version);
        }
        String text = rows.getString(1);
        return text == null ? "" : text;
      }
    }
  }

  private static void update(Connection connection, Version version, String text)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update HFJ_RES_VER set RES_TEXT_VC = ? where RES_VER = ? and RES_ID ="
                + " (select RES_ID from HFJ_RESOURCE where RES_TYPE = ? and FHIR_ID = ?)")) {
      update.setString(1, text);
      update.setLong(2, Long.parseLong(version.version()));
      update.setString(3, version.type());
      update.setString(4, version.id());
      int rows = update.executeUpdate();
      if (rows != 1) {
        throw new DemoFailure("want 1 row of " + version + " changed, got " + rows);
      }
    }
  }
}
