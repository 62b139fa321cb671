// Answers as the verifier in JavaScript does. Arguments: the project's folder, the log's key, a head.
// In: a resource ("-" for none) and a proof file a line, both in base64. Out: the report in JSON, a line each.
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const [root, key, head] = process.argv.slice(2);
const { createVerifier, jsonReport } = await import(pathToFileURL(path.join(root, "verifier-js/src/index.js")).href);
const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));

const verifier = await createVerifier({ key, head });
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [resource, proof] = line.split(" ");
  const report = await verifier.verify({ resource: resource === "-" ? undefined : bytes(resource), proof: bytes(proof) });
  console.log(jsonReport(report));
}
