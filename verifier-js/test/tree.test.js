import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyRoot, leafHash, nodeHash, whyNotConsistent, whyNotIncluded } from "../src/tree.js";
import { inclusion, sha256, subproof, treeHash } from "./support/sample-log.js";
import { vectors } from "./support/vectors.js";

const bytes = (hex) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (hash) => Buffer.from(hash).toString("hex");
const utf8 = (text) => new Uint8Array(Buffer.from(text));

test("TREE-1 leaf, node and the empty root are RFC 6962's", async () => {
  assert.equal(hex(await emptyRoot()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(hex(await leafHash(utf8(""))), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  assert.equal(hex(await leafHash(utf8("L123456"))), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
  const node = await nodeHash(utf8("N123"), utf8("N456"));
  assert.equal(hex(node), "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
});

test("TREE-3 every inclusion vector gets the verdict it names", async () => {
  const all = vectors("proofs.json").inclusion;
  assert.ok(all.length > 300);
  for (const { name, leafHash: leaf, index, size, proof, root, valid } of all) {
    const why = await whyNotIncluded(bytes(leaf), BigInt(index), BigInt(size), proof.map(bytes), bytes(root));
    assert.equal(why === undefined, valid, name);
  }
});

test("TREE-3 every consistency vector gets the verdict it names", async () => {
  const all = vectors("proofs.json").consistency;
  assert.ok(all.length > 300);
  for (const { name, from, fromRoot, to, toRoot, proof, valid } of all) {
    const why = await whyNotConsistent(BigInt(from), bytes(fromRoot), BigInt(to), bytes(toRoot), proof.map(bytes));
    assert.equal(why === undefined, valid, name);
  }
});

test("TREE-3 every index and size up to 40, and every pair of sizes, against the recursive definition", async () => {
  const leaves = Array.from({ length: 40 }, (_, i) => sha256(`leaf ${i}`));
  const roots = Array.from({ length: 41 }, (_, size) => treeHash(leaves.slice(0, size)));
  for (let size = 1; size <= 40; size++) {
    for (let index = 0; index < size; index++) {
      const proof = inclusion(index, leaves.slice(0, size));
      assert.equal(await whyNotIncluded(leaves[index], BigInt(index), BigInt(size), proof, roots[size]), undefined);
      const from = index + 1;
      const steps = from === size ? [] : subproof(from, leaves.slice(0, size), true);
      assert.equal(await whyNotConsistent(BigInt(from), roots[from], BigInt(size), roots[size], steps), undefined);
    }
  }
});

test("TREE-2 sizes up to 2^63 - 1 are exact", async () => {
  const size = 2n ** 63n - 1n;
  const [leaf, root] = [sha256("leaf"), sha256("root")];
  const why = await whyNotIncluded(leaf, size - 1n, size, [], root);
  assert.deepEqual(why, { reason: "the proof has the wrong length", want: "62 hashes", got: "0 hashes" });
  assert.equal((await whyNotIncluded(leaf, size, size, [], root)).want, `below ${size}`);
  assert.equal((await whyNotConsistent(size, root, size - 1n, root, [])).reason, "the sizes are not in order");
});
