// The log: what is stored must verify, and what was edited must not.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { observation, verdict } from "./world.mjs";

const noConsent = "no consent on the ledger";
const xml = { "Content-Type": "application/fhir+xml" };

/** What $verify says once the version has its place in the log and the ledger has that. */
async function verified(world, token, path) {
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

const quantity = (value) => (o, p) =>
  `<Observation xmlns="http://hl7.org/fhir"><id value="${o}"/><status value="final"/><code><text value="x"/></code><subject><reference value="Patient/${p}"/></subject><valueQuantity><value value="${value}"/></valueQuantity></Observation>`;
const narrative = (o, p) =>
  `<Observation xmlns="http://hl7.org/fhir"><id value="${o}"/><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><![CDATA[a < b]]></div></text><status value="final"/><code><text value="x"/></code><subject><reference value="Patient/${p}"/></subject></Observation>`;
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
  const log = JSON.parse((await world.must("", "GET", "/actuator/info", "", { Accept: "application/json" })).text);
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

/** An own version, anchored, and where its leaf is. */
async function anchored(world) {
  const p = await world.patient("p");
  const o = await world.observation("o", p);
  const path = `Observation/${o}/_history/1`;
  const said = await verified(world, world.self(p), path);
  if (said !== "verified") {
    throw new Error("not verified before it was edited: " + said);
  }
  const leaf = JSON.parse((await world.get(world.self(p), path + "/$proof")).text).leafIndex;
  return { p, o, path, leaf, self: world.self(p) };
}

/** After an edit of the database nothing verifies, until it is taken back, and its patient is told so. */
const edited = (edit, back) => async (world) => {
  const at = await anchored(world);
  const row = await edit(world, at);
  const said = await verified(world, at.self, at.path);
  await back(world, at, row);
  return verdict(said !== "verified" && !said.includes("no consent"), `$verify: ${said}`);
};

const column = (name, value) =>
  edited(
    async (world, { leaf }) => {
      const before = await world.sql(`select ${name} from anchor_leaf where leaf_index = ${leaf};`);
      await world.sql(`update anchor_leaf set ${name} = ${value} where leaf_index = ${leaf};`);
      return before;
    },
    (world, { leaf }, before) => world.sql(`update anchor_leaf set ${name} = '${before}' where leaf_index = ${leaf};`),
  );

const times = (change) => (world, { o }) => world.sql(`update hfj_res_ver set res_updated = res_updated ${change} where res_id = (select res_id from hfj_resource where fhir_id = '${o}');`);

/** The patient is told what is wrong, not that a consent is missing. */
async function proofSays(world, at, version) {
  const answer = await world.get(at.self, `Observation/${at.o}/_history/${version}/$proof`);
  const hidden = answer.text.includes(noConsent);
  return verdict(!hidden, `$proof ${answer.status}: ${hidden ? "no consent" : "what is wrong"}`);
}

async function insertedVersion(world) {
  const at = await anchored(world);
  const columns = (await world.sql("select string_agg(column_name, ',') from information_schema.columns where table_name = 'hfj_res_ver' and column_name not in ('pid', 'res_ver');")).trim();
  const one = `res_id = (select res_id from hfj_resource where fhir_id = '${at.o}')`;
  await world.sql(`insert into hfj_res_ver (pid, res_ver, ${columns}) select -pid, 2, ${columns} from hfj_res_ver where ${one}; update hfj_resource set res_ver = 2 where ${one};`);
  return proofSays(world, at, 2);
}

async function deletedLeaf(world) {
  const at = await anchored(world);
  await world.sql(`delete from anchor_leaf where leaf_index = ${at.leaf};`);
  return proofSays(world, at, 1);
}

/** One bit of the tiles that the next head is computed from: no head that contradicts the last one. */
async function edgeBit(world) {
  const { path } = await anchored(world);
  const size = async () => Number((await world.get("", "/log/checkpoint")).text.split("\n")[1]);
  const before = await size();
  const edge = "(select max(tile_index) from anchor_tile where tile_level = 0)";
  await world.sql(`update anchor_tile set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) where tile_level = 0 and tile_index = ${edge};`);
  await world.observation("next", path.split("/")[1] && (await nobody(world)));
  await world.until(async () => (await size()) > before, "a new head", 15).catch(() => 0);
  const after = await size();
  if (after === before) {
    return verdict(true, "no head is signed");
  }
  const { code = 0 } = await verifier(world, "log", world.base.origin + "/log");
  return verdict(code === 0, `a head is signed, verifier log: exit code ${code}`);
}

async function nobody(world) {
  const id = world.id("after");
  await world.load({ resourceType: "Patient", id });
  return id;
}

export default [
  { key: "9D-1", input: 'XML <value value="1E3"/>', ask: takenOrRefused(quantity("1E3"), xml) },
  { key: "9D-2", input: 'XML <value value="-0"/>', ask: takenOrRefused(quantity("-0"), xml) },
  { key: "9D-3", input: 'XML <value value="1.0E+2"/>', ask: takenOrRefused(quantity("1.0E+2"), xml) },
  { key: "9D-4", input: 'JSON "value":"1E3"', ask: takenOrRefused(json('"1E3"')) },
  { key: "9D-5", input: "a narrative with CDATA", ask: takenOrRefused(narrative, xml) },
  { key: "9D-6", input: "a write through 127.0.0.1 with a reference under localhost", ask: twoAddresses },
  { key: "9D-7", input: "PUT, DELETE, PUT, and verifier history", needs: ["checkout"], ask: undeleted },
  { key: "9D-8", input: '"a\\ud800b"', ask: takenOrRefused(text("a\\ud800b")) },
  { key: "9D-9", input: "1E400", ask: takenOrRefused(json("1E400")) },
  { key: "9D-10", input: "a leaf's commitment edited", needs: ["sql"], ask: column("commitment", "decode(repeat('ab', 32), 'hex')") },
  { key: "9D-11", input: "a leaf's record edited", needs: ["sql"], ask: column("record", "decode(repeat('ab', 32), 'hex')") },
  { key: "9D-12", input: "a leaf's chain edited", needs: ["sql"], ask: column("chain", "'Observation/another'") },
  { key: "9D-13", input: "a leaf's version column edited", needs: ["sql"], ask: column("version_id", "'7'") },
  { key: "9D-14", input: "RES_UPDATED edited", needs: ["sql"], ask: edited(times("+ interval '1 hour'"), times("- interval '1 hour'")) },
  { key: "9D-15", input: "a version inserted by SQL: $proof", needs: ["sql"], ask: insertedVersion },
  { key: "9D-16", input: "a deleted leaf: $proof", needs: ["sql"], ask: deletedLeaf },
  { key: "9D-17", input: "one bit of an edge tile", needs: ["sql", "checkout"], ask: edgeBit },
];
