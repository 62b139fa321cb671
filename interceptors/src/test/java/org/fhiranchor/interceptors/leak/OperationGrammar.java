package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Operations of FHIR, of HAPI and of ours, on a record, a type or the server. */
record OperationGrammar(Dice dice, FuzzWords words, SearchGrammar search) {
  private static final List<String> NAMES =
      List.of(
          "$everything",
          "$everything",
          "$lastn",
          "$diff",
          "$validate",
          "$meta",
          "$meta",
          "$meta-add",
          "$meta-delete",
          "$graphql",
          "$document",
          "$summary",
          "$expunge",
          "$get-resource-counts",
          "$match",
          "$convert",
          "$explain-access",
          "$replay",
          "$erase",
          "$ledger-status",
          "$prepare",
          "$grant",
          "$revoke",
          "$enroll-key",
          "$keys",
          "$reindex",
          "$mark-all-resources-for-reindexing",
          "$process-message",
          "$member-match",
          "$merge",
          "$expand",
          "$lookup",
          "$validate-code",
          "$translate",
          "$subsumes",
          "$snapshot",
          "$export",
          "$import",
          "$stats",
          "$replace-references",
          "$docref",
          "$apply",
          "$nonsense",
          "$end-resources-without-version",
          "$verify-store",
          "$disclosures",
          "$proof",
          "$reindex-terminology",
          "$invalidate-expansion",
          "$binary-access-read",
          "$bulk-patch",
          "$hapi.fhir.x",
          "$perform-reindexing-pass",
          "$upload-external-code-system",
          "$trigger-subscription",
          "$partition-management-list-partitions",
          "$export-poll-status");

  FuzzRequest draw(FuzzPersona persona) {
    String name = dice.pick(NAMES);
    String type = words.type();
    String at =
        switch (dice.below(10)) {
          case 0 -> name;
          case 1, 2 -> type + "/" + name;
          case 3 -> words.record(type) + "/_history/1/" + name;
          case 4, 5 -> words.record("Patient") + "/" + name;
          case 6 -> words.record("Consent") + "/" + name;
          default -> words.record(type) + "/" + name;
        };
    if (dice.chance(60)) {
      List<String> query = new ArrayList<>(search.parameters(type));
      query.add(parameter(type));
      return new FuzzRequest(persona, "GET", at, query, "");
    }
    return new FuzzRequest(persona, "POST", at, List.of(), parameters(type).toString());
  }

  private String parameter(String type) {
    return switch (dice.below(8)) {
      case 0 -> "from=" + words.record(type) + "&to=" + words.record(type);
      case 1 -> "mode=" + dice.pick("delete", "update", "create", "profile");
      case 2 -> "query={" + type + "(id:\"" + words.id(type) + "\"){id}}";
      case 3 -> "start=" + dice.pick("2024-01-01", "2024-05-06") + "&end=2024-12-31";
      case 4 -> "max=" + dice.below(3);
      case 5 -> "resource=" + words.record(type) + "&reader=Practitioner/dr-none&purpose=TREAT";
      case 6 -> "path=Binary.data";
      default -> "_since=2000-01-01T00:00:00Z";
    };
  }

  private ObjectNode parameters(String type) {
    ObjectNode body = BodyGrammar.JSON.createObjectNode().put("resourceType", "Parameters");
    ArrayNode parts = body.putArray("parameter");
    for (int left = dice.below(3); left > 0; left--) {
      ObjectNode part = parts.addObject();
      switch (dice.below(6)) {
        case 0 ->
            part.put("name", "meta")
                .putObject("valueMeta")
                .putArray("tag")
                .addObject()
                .put("system", "http://example.org")
                .put("code", "x");
        case 1 ->
            part.put("name", "resource")
                .putObject("resource")
                .put("resourceType", type)
                .put("id", words.id(type));
        case 2 ->
            part.put("name", dice.pick("from", "to", "resource", "source-patient"))
                .put("valueString", words.record(type));
        case 3 -> part.put("name", "mode").put("valueCode", dice.pick("delete", "update"));
        case 4 ->
            part.put("name", "patient")
                .putObject("valueReference")
                .put("reference", words.reference("Patient"));
        default -> part.put("name", "custody").put("valueCode", "server");
      }
    }
    return body;
  }
}
