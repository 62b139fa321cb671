// Asks sigstore's verifier, which knows nothing of us, about inclusion proofs.
// In: one JSON object a line, {entry, index, size, root, hashes}, bytes in base64.
// Out: "yes" or "no" a line.
'use strict';
const path = require('node:path');
const readline = require('node:readline');

const root = process.argv[2];
const { verifyMerkleInclusion } = require(
  path.join(root, 'node_modules/@sigstore/verify/dist/tlog/merkle.js'));
const bytes = (base64) => Buffer.from(base64, 'base64');

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const proof = JSON.parse(line);
  const entry = {
    canonicalizedBody: bytes(proof.entry),
    inclusionProof: { logIndex: String(proof.index), hashes: proof.hashes.map(bytes) },
  };
  try {
    verifyMerkleInclusion(entry, { logSize: BigInt(proof.size), logHash: bytes(proof.root) });
    console.log('yes');
  } catch (error) {
    if (error.code !== 'TLOG_INCLUSION_PROOF_ERROR') throw error;
    console.log('no');
  }
});
