// The log: what is stored must verify.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { observation, verdict } from "./world.mjs";

export const noConsent = "no consent on the ledger";
const xml = { "Content-Type": "application/fhir+xml" };

/** What $verify says once the version has its place in the log and the ledger has that. */
export async function verified(world, token, path) {
  let answer;
  const decided = async () => {
    answer = await world.get(token, path + "/$verify");
    return !answer.text.includes('"undecided"');
  };
  await world.until(decided, "$verify", 45).catch(() => 0);
  const words = answer.text.includes(noConsent) ? " no consent" : "";
  return /"valueCode":\s*"([a-z-]+)"/.exec(answer.text)?.[1] ?? answer.status + words;
}

/** What is taken must verify; else the client is told that it is not taken. */
const takenOrRefused = (body, headers) => async (world) => {
  const p = await world.patient("p");
  const o = world.id("o");
  const answer = await world.ask(world.loader, "PUT", "Observation/" + o, body(o, p), headers);
  if (answer.status >= 400) {
    return verdict(answer.status < 500, `refused ${answer.status}`);
  }
  const said = await verified(world, world.self(p), `Observation/${o}/_history/1`);
  return verdict(said === "verified", `stored ${answer.status}, ${said}`);
};

const inXml = (o, p, before, after) =>
  `<Observation xmlns="http://hl7.org/fhir"><id value="${o}"/>${before}<status value="final"/><code><text value="x"/></code>` +
  `<subject><reference value="Patient/${p}"/></subject>${after}</Observation>`;
const quantity = (value) => (o, p) => inXml(o, p, "", `<valueQuantity><value value="${value}"/></valueQuantity>`);
const cdata = '<div xmlns="http://www.w3.org/1999/xhtml"><![CDATA[a < b]]></div>';
const narrative = (o, p) => inXml(o, p, `<text><status value="generated"/>${cdata}</text>`, "");
const json = (value) => (o, p) => JSON.stringify({ ...observation(p, { valueQuantity: { value: "@" } }), id: o }).replace('"@"', value);
const text = (value) => (o, p) => JSON.stringify({ ...observation(p, { valueString: "@" }), id: o }).replace("@", value);

/** Written under one own address with a reference under another, and read under both. */
async function twoAddresses(world) {
  const p = await world.patient("p");
  const o = world.id("o");
  const at = (host) => Object.assign(Object.create(world), { base: new URL(`http://${host}:${world.base.port}${world.base.pathname}`) });
  const [name, number] = [at("localhost"), at("127.0.0.1")];
  const written = { ...observation(`${name.base}/Patient/${p}`), id: o };
  const answer = await number.ask(world.loader, "PUT", "Observation/" + o, written);
  if (answer.status >= 400) {
    return verdict(answer.status < 500, `refused ${answer.status}`);
  }
  const said = [];
  for (const one of [name, number]) {
    said.push(await verified(one, world.self(p), `Observation/${o}/_history/1`));
  }
  return verdict(said.every((one) => one === "verified"), `localhost: ${said[0]}, 127.0.0.1: ${said[1]}`);
}

async function verifier(world, command, path) {
  const log = await world.info();
  const jar = join(world.options.checkout, "verifier/target/verifier.jar");
  const ledger = ["--key", log.verifierKey, "--rpc", log.rpcUrl, "--contract", log.anchorContract, "--log-id", log.logId];
  return promisify(execFile)("java", ["-jar", jar, command, path, ...ledger]).catch((failed) => failed);
}

/** PUT, DELETE, PUT is a history without a gap. */
async function undeleted(world) {
  const p = await world.patient("p");
  const o = await world.observation("o", p);
  await world.must(world.loader, "DELETE", "Observation/" + o);
  await world.load({ ...observation(p), id: o });
  const now = JSON.parse((await world.must(world.self(p), "GET", "Observation/" + o)).text).meta.versionId;
  const folder = mkdtempSync(join(tmpdir(), "found-inputs-"));
  try {
    for (const version of [1, 2, now]) {
      const path = `Observation/${o}/_history/${version}`;
      let proof;
      await world.until(async () => /"anchor":\s*\{/.test((proof = await world.get(world.self(p), path + "/$proof")).text), "a proof", 45);
      writeFileSync(join(folder, version + ".proof.json"), proof.text);
      const read = await world.get(world.self(p), path);
      if (read.status === 200) {
        writeFileSync(join(folder, version + ".json"), read.text);
      }
    }
    const { code = 0, stdout, stderr } = await verifier(world, "history", folder);
    return verdict(code === 0, `versions 1, 2, ${now}; verifier history: exit code ${code}${code ? ", " + (stdout + stderr).trim().split("\n").at(-1).slice(0, 60) : ""}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export default [
  { key: "9D-1", input: '`<value value="1E3"/>` in XML', ask: takenOrRefused(quantity("1E3"), xml) },
  { key: "9D-2", input: '`<value value="-0"/>` in XML', ask: takenOrRefused(quantity("-0"), xml) },
  { key: "9D-3", input: '`<value value="1.0E+2"/>` in XML', ask: takenOrRefused(quantity("1.0E+2"), xml) },
  { key: "9D-4", input: '`"value":"1E3"` in JSON', ask: takenOrRefused(json('"1E3"')) },
  { key: "9D-5", input: "a narrative with CDATA", ask: takenOrRefused(narrative, xml) },
  { key: "9D-6", input: "a write through 127.0.0.1 with a reference under localhost", ask: twoAddresses },
  { key: "9D-7", input: "PUT, DELETE, PUT, and verifier history", needs: ["checkout"], ask: undeleted },
  { key: "9D-8", input: '`"a\\ud800b"` in JSON', ask: takenOrRefused(text("a\\ud800b")) },
  { key: "9D-9", input: "`1E400` in JSON", ask: takenOrRefused(json("1E400")) },
];
