package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.plain.JournalTexts;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.springframework.jdbc.core.JdbcTemplate;

/** What one world's disclosure journal says of the requests that it was asked. */
final class FuzzJournal {
  private static final String NEWER =
      "select disclosure_id, subject, digest, content from disclosure where disclosure_id > ? order"
          + " by disclosure_id";
  private static final String NEWEST = "select coalesce(max(disclosure_id), 0) from disclosure";

  /** Where a record has the id of its AuditEvent. */
  static final String ID = "auditEvent";

  /** Chosen anew for each record, or of a ledger of its own. */
  private static final List<String> RANDOM =
      List.of("salt", "recorded", "requestId", "block", "epoch", ID);

  private final JdbcTemplate database;
  private final JournalTexts texts;
  private long read;

  FuzzJournal(RunningServer server) {
    database = new JdbcTemplate(server.bean(DataSource.class));
    texts = new JournalTexts(server);
    read = newest();
  }

  /** What was recorded until now is not looked at. */
  void skip() {
    read = newest();
  }

  private long newest() {
    Long newest = database.queryForObject(NEWEST, Long.class);
    return newest == null ? 0 : newest;
  }

  /** The records since it was asked last, in their order, by the id of their request. */
  Map<String, List<JsonNode>> records() {
    Map<String, List<JsonNode>> records = new TreeMap<>();
    database.query(
        NEWER,
        row -> {
          read = row.getLong("disclosure_id");
          ObjectNode record = parsed(texts.text(row));
          record.put(ID, id(row.getBytes("digest")));
          records
              .computeIfAbsent(record.path("requestId").asText(), first -> new ArrayList<>())
              .add(record);
        },
        read);
    return records;
  }

  /** Of the AuditEvent that tells this record. */
  private static String id(byte[] digest) {
    return "disclosure-" + HexFormat.of().formatHex(digest, 0, 16);
  }

  private static ObjectNode parsed(String json) {
    try {
      return (ObjectNode) BodyGrammar.JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of the journal is no JSON: " + json, e);
    }
  }

  /** Without what no two records share. */
  static String plain(JsonNode record) {
    ObjectNode copy = record.deepCopy();
    copy.remove(RANDOM);
    if (copy.has("query")) {
      copy.put("query", Normaliser.withoutNumbers(copy.path("query").asText()));
    }
    return copy.toString();
  }
}
