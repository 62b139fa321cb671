// What a page shows and has verified as it is shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accountingEvents, FormatError, resourcesIn } from "../src/index.js";
import { vectors } from "./support/vectors.js";

const texts = (bundle) => resourcesIn(bundle).map((bytes) => Buffer.from(bytes).toString());

test("CAN-3 the resources of a Bundle keep the digits that they were answered with, each in canonical form", () => {
  const bundle = `{"resourceType":"Bundle","entry":[{"fullUrl":"x","resource":{ "b": 71.50, "a": "\\u00e9" }},{"response":{}},{"resource":{"entry":[{"resource":{"n":1.0}}]}}]}`;
  assert.deepEqual(texts(bundle), ['{"a":"é","b":71.50}', '{"entry":[{"resource":{"n":1.0}}]}']);
  assert.deepEqual(texts(Buffer.from(bundle)), texts(bundle));
  for (const nothing of ["{}", "[]", '{"entry":{}}', '{"entry":[1,null,"resource"]}']) {
    assert.deepEqual(texts(nothing), [], nothing);
  }
  assert.throws(() => resourcesIn('{"entry":[{"resource":{"a":1,"a":2}}]}'), FormatError);
});

test("EXP-3 the lines of an accounting are the server's AuditEvents, by number", async () => {
  const { lines } = vectors("accountings.json").accountings.find(({ name, report }) => name === "whole" && report.verdict === "verified");
  const events = [];
  for await (const event of accountingEvents(lines.join("\n"))) {
    events.push(event);
  }
  assert.deepEqual(events.map(({ resourceType, extension }) => [resourceType, extension[0].valueDecimal]), [1n, 2n, 3n].map((number) => ["AuditEvent", number]));
  for (const [place, line] of lines.slice(1).entries()) {
    assert.equal(events[place].recorded, JSON.parse(line).proof.statement.recorded);
  }
});
