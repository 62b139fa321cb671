package org.fhiranchor.merkle;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A log whose records hold everything that a line of an export is made of, and odd things. */
final class RichRecords {
  private static final String ASKER =
      "\"requester\":{\"application\":\"=app\",\"organization\":\"Organization/1\",\"person\":\"Practitioner/7\",\"subject\":\"sub \u00e4\\\"\"}";

  private static final List<String> SHOWN =
      List.of(
          "{}",
          "{\"patient\":7,\"purposes\":[1],\"requester\":\"x\",\"resources\":\"x\"}",
          "{\"interaction\":\"$everything Patient/a\",\"outcome\":\"shown\",\"patient\":\"Patient/a\","
              + ASKER
              + "}",
          "{\"categories\":[\"a,b\",\"c\"],\"consents\":[\"Consent/1\"],\"count\":1.50,\"interaction\":\"update\",\"origins\":[\"o\"],\"purposes\":[\"http://p|TREAT\",\"x\",\"\"],\"resources\":[\"Observation/1/_history/2\",\"Observation/1/_history/2\",\"x\\u0085y/_history/1\"]}",
          "{\"breakGlassReason\":\"a\\nb\",\"categories\":[\"z\"],\"interaction\":\"patch x\",\"rule\":\"BREAK_GLASS\"}",
          "{\"interaction\":\"history-type\",\"query\":\"\u00fc=\\\"1\\\"\\t,\\u001f\",\"reason\":\"R\",\"requestId\":\"@id\",\"rule\":\"S\"}",
          "{\"interaction\":\"entry of a batch\",\"outcome\":\"refused\",\"target\":\"Patient/a b/\ud83d\ude00\"}",
          "{\"interaction\":\"\",\"purposes\":\"http://p|A  B\"}",
          "{\"interaction\":\"create\",\"purposes\":\"\"}",
          "{\"interaction\":\"delete\",\"query\":\"\uff1dwide\"}");

  private static final List<String> WRITTEN =
      List.of(
          "{\"writer\":\"system\"}",
          "{\"client\":\"app\",\"organization\":\"Organization/2\",\"subject\":\"sub\"}",
          "{\"subject\":\"sub\",\"user\":\"Practitioner/7\"}",
          "{\"purposes\":\"http://p|TREAT http://p|ETREAT\"}");

  private RichRecords() {}

  static SampleExport world() {
    SampleExport world = new SampleExport(0);
    int second = 0;
    for (String record : SHOWN) {
      disclosure(world, SampleLog.NOW.plusSeconds(++second), second, record);
    }
    for (String record : WRITTEN) {
      version(world, "Patient", "a", record, Operation.CREATE);
      version(world, "Observation", "1", record, Operation.DELETE);
      version(world, "Observation", "x".repeat(64), record, Operation.ERASE);
    }
    consent(world);
    world.add(
        new Statement.Heads(
            SampleLog.NOW,
            TreeHash.EMPTY,
            world.log.size().value(),
            world.previous(Statement.Heads.CHAIN)),
        "");
    return world;
  }

  private static void disclosure(SampleExport world, Instant at, int number, String record) {
    Digest tag = SampleAccounting.tag("a");
    world.add(
        new Statement.Disclosure(
            at,
            tag,
            number,
            SampleExport.digest(record),
            world.previous(Statement.Disclosure.chainOf(tag))),
        record);
  }

  private static void version(
      SampleExport world, String type, String id, String record, Operation operation) {
    ResourceKey key = new ResourceKey(type, id);
    Optional<Digest> content =
        operation == Operation.DELETE ? Optional.empty() : Optional.of(TreeHash.EMPTY);
    Statement.ResourceVersion version =
        new Statement.ResourceVersion(
            SampleLog.NOW,
            key,
            operation == Operation.CREATE ? "a.1" : "3",
            operation,
            content,
            SampleExport.digest(record),
            world.previous("resource:" + key));
    world.add(version, record);
  }

  private static void consent(SampleExport world) {
    for (String record : List.of("{}", "{\"client\":\"app\",\"user\":\"Practitioner/1\"}")) {
      world.add(
          new Statement.ConsentEvent(
              SampleLog.NOW,
              "Patient/a",
              new ResourceKey("Consent", "c"),
              "revoked",
              SampleExport.digest(record),
              world.previous("subject:Patient/a")),
          record);
      world.add(
          new Statement.KeyBinding(
              SampleLog.NOW,
              "Patient/a",
              "released",
              "0x" + "AB".repeat(20),
              SampleExport.digest(record),
              world.previous("subject:Patient/a")),
          record);
    }
  }
}
