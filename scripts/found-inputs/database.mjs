// What whoever has only the database writes there: it permits nothing, and what was edited is not verified.
import { setTimeout as pause } from "node:timers/promises";
import { address, Chain, takesAll } from "./ledger.mjs";
import { noConsent, verified } from "./log.mjs";
import { verdict } from "./world.mjs";

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

const times = (change) => (world, { o }) =>
  world.sql(`update hfj_res_ver set res_updated = res_updated ${change} where res_id = (select res_id from hfj_resource where fhir_id = '${o}');`);

/** The patient is told what is wrong, not that a consent is missing. */
async function proofSays(world, at, version) {
  const answer = await world.get(at.self, `Observation/${at.o}/_history/${version}/$proof`);
  const hidden = answer.text.includes(noConsent);
  return verdict(!hidden, `$proof ${answer.status}: ${hidden ? "no consent" : "what is wrong"}`);
}

async function insertedVersion(world) {
  const at = await anchored(world);
  const named = "select string_agg(column_name, ',') from information_schema.columns where table_name = 'hfj_res_ver'";
  const columns = await world.sql(named + " and column_name not in ('pid', 'res_ver');");
  const one = `res_id = (select res_id from hfj_resource where fhir_id = '${at.o}')`;
  await world.sql(`insert into hfj_res_ver (pid, res_ver, ${columns}) select -pid, 2, ${columns} from hfj_res_ver where ${one};`);
  await world.sql(`update hfj_resource set res_ver = 2 where ${one};`);
  return proofSays(world, at, 2);
}

async function deletedLeaf(world) {
  const at = await anchored(world);
  const [leaf, kept] = [`anchor_leaf where leaf_index = ${at.leaf}`, "found_leaf_" + at.leaf];
  await world.sql(`create table ${kept} as select * from ${leaf}; delete from ${leaf};`);
  const said = await proofSays(world, at, 1);
  await world.sql(`insert into anchor_leaf select * from ${kept}; drop table ${kept};`);
  return said;
}

/** One bit of the tiles that the next head is computed from: no head that contradicts the last one. */
async function edgeBit(world) {
  await anchored(world);
  const size = () => world.sql("select max(tree_size) from anchor_checkpoint;");
  let before;
  await world.until(async () => {
    before = await size();
    await pause(3000);
    return before === (await size());
  }, "a log that rests");
  const edge = "(select max(tile_index) from anchor_tile where tile_level = 0)";
  await world.sql(`update anchor_tile set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) where tile_level = 0 and tile_index = ${edge};`);
  await world.ask(world.loader, "PUT", "Organization/" + world.id("next"), { resourceType: "Organization", id: world.id("next") });
  await world.until(async () => before !== (await size()), "a new head", 15).catch(() => 0);
  const signed = before !== (await size());
  return verdict(!signed, signed ? "a head is signed that contradicts the last one" : "no head is signed");
}

/** A key row for a wallet of one's own, and a grant by that wallet. */
async function forgedKey(world) {
  const p = world.id("p");
  const d = world.id("d");
  await world.load({ resourceType: "Patient", id: p });
  await world.load({ resourceType: "Practitioner", id: d });
  const consent = world.consentOf(world.id("c"), p, d);
  await world.load(consent);
  const chain = await Chain.of(world);
  const wallet = address();
  await chain.call("anvil_setCode", wallet, takesAll);
  await world.sql(`insert into subject_key (patient, address, custody, bound_block) values ('${p}', '${wallet}', 'holder', 0);`);
  const prepared = await world.get(world.self(p), `Consent/${consent.id}/$prepare`);
  if (prepared.status === 200) {
    const typed = JSON.parse(prepared.text).parameter.find((one) => one.name === "typedData");
    await chain.grant(JSON.parse(typed.valueString).message);
  }
  const read = async () => (await world.get(world.doctor(d), "Patient/" + p)).status;
  await world.until(async () => (await read()) === 200, "a permit", 20).catch(() => 0);
  const status = await read();
  return verdict(status !== 200, `$prepare ${prepared.status}, a doctor's read ${status}`);
}

export default [
  { key: "9C-3", input: "a key and a link inserted by SQL, a grant by that wallet", needs: ["sql"], ask: forgedKey },
  { key: "9D-10", input: "a leaf's commitment edited", needs: ["sql"], ask: column("commitment", "decode(repeat('ab', 32), 'hex')") },
  { key: "9D-11", input: "a leaf's record edited", needs: ["sql"], ask: column("record", "decode(repeat('ab', 32), 'hex')") },
  { key: "9D-12", input: "a leaf's chain edited", needs: ["sql"], ask: column("chain", "'Observation/another'") },
  { key: "9D-13", input: "a leaf's version column edited", needs: ["sql"], ask: column("version_id", "'7'") },
  { key: "9D-14", input: "RES_UPDATED edited", needs: ["sql"], ask: edited(times("+ interval '1 hour'"), times("- interval '1 hour'")) },
  { key: "9D-15", input: "a version inserted by SQL: $proof", needs: ["sql"], ask: insertedVersion },
  { key: "9D-16", input: "a deleted leaf: $proof", needs: ["sql"], ask: deletedLeaf },
  { key: "9D-17", input: "one bit of an edge tile", needs: ["sql"], last: true, ask: edgeBit },
];
