package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A log in memory, with all its tiles at their longest, and the proofs that a server would give.
 */
final class SampleLog {
  /** The key that the tests of Go's note package sign with: public knowledge. */
  static final LogSigningKey KEY =
      LogSigningKey.parse(
          "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz");

  static final Instant NOW = Instant.parse("2026-01-31T23:59:59.123Z");

  private final Random random = new Random(7);
  private final List<Statement> statements = new ArrayList<>();
  private final List<Salt> salts = new ArrayList<>();
  private final Map<String, byte[]> tiles = new HashMap<>();
  private TreeSize size = TreeSize.ZERO;

  static SampleLog of(Statement... statements) {
    SampleLog log = new SampleLog();
    for (Statement statement : statements) {
      log.append(statement);
    }
    return log;
  }

  Digest append(Statement statement) {
    byte[] bytes = new byte[Salt.LENGTH];
    random.nextBytes(bytes);
    Salt salt = Salt.of(bytes);
    statements.add(statement);
    salts.add(salt);
    Digest commitment = Commitment.of(salt, statement);
    grow(List.of(TreeHash.leaf(Commitment.entry(commitment))));
    return commitment;
  }

  void fill(int leaves) {
    List<Digest> hashes = new ArrayList<>();
    for (int i = 0; i < leaves; i++) {
      byte[] bytes = new byte[Digest.LENGTH];
      random.nextBytes(bytes);
      hashes.add(Digest.of(bytes));
    }
    grow(hashes);
  }

  private void grow(List<Digest> hashes) {
    TreeAppender.Appended appended = TreeAppender.append(size, this::tile, hashes);
    for (Tile tile : appended.tiles()) {
      tiles.put(tile.id().level() + "/" + tile.id().index(), tile.bytes());
    }
    size = appended.size();
  }

  Tile tile(TileId id) {
    byte[] stored = tiles.get(id.level() + "/" + id.index());
    if (stored == null) {
      throw new IllegalStateException("no tile " + id.path());
    }
    return Tile.of(id, java.util.Arrays.copyOf(stored, id.width() * Digest.LENGTH));
  }

  TreeSize size() {
    return size;
  }

  Digest root(TreeSize of) {
    return TreeProofs.root(of, new TileNodes(of, this::tile));
  }

  SignedCheckpoint checkpoint(TreeSize of) {
    return KEY.sign(new Checkpoint(KEY.verifierKey().name(), of, root(of)));
  }

  /** The proof of a leaf in the tree of {@code of}, anchored when the log had {@code anchored}. */
  ProofFile proof(int leaf, long of, Optional<Long> anchored) {
    TreeSize checkpoint = new TreeSize(of);
    List<Digest> consistency =
        anchored
            .map(to -> TreeProofs.consistency(checkpoint, new TreeSize(to), nodes(to)))
            .orElse(List.of());
    return new ProofFile(
        statements.get(leaf),
        salts.get(leaf),
        new LeafIndex(leaf),
        checkpoint(checkpoint),
        TreeProofs.inclusion(new LeafIndex(leaf), checkpoint, nodes(of)),
        anchored.map(this::anchor),
        consistency);
  }

  Statement statement(int leaf) {
    return statements.get(leaf);
  }

  private TileNodes nodes(long of) {
    return new TileNodes(new TreeSize(of), this::tile);
  }

  Anchor anchor(long of) {
    return new Anchor(
        31337,
        "0x5FbDB2315678afecb367f032d93F642f64180aa3",
        Digest.sha256("log".getBytes(UTF_8)),
        new TreeSize(of),
        root(new TreeSize(of)),
        123_456_789,
        Digest.sha256("block".getBytes(UTF_8)),
        Digest.sha256("transaction".getBytes(UTF_8)),
        "finalized");
  }

  static byte[] patient(String id, int version, String name) {
    return ("{\"resourceType\":\"Patient\",\"id\":\""
            + id
            + "\",\"meta\":{\"versionId\":\""
            + version
            + "\",\"lastUpdated\":\"2026-01-31T23:59:59.123+00:00\"},\"name\":[{\"family\":\""
            + name
            + "\"}]}")
        .getBytes(UTF_8);
  }

  static Statement.ResourceVersion stored(byte[] resource, Operation operation) {
    CanonicalResource canonical = CanonicalResource.of(resource);
    return new Statement.ResourceVersion(
        NOW,
        canonical.key(),
        canonical.versionId(),
        operation,
        Optional.of(canonical.sha256()),
        Digest.sha256("provenance".getBytes(UTF_8)),
        Optional.empty());
  }

  static Statement.ResourceVersion deleted(ResourceKey key, int version) {
    return new Statement.ResourceVersion(
        NOW,
        key,
        Integer.toString(version),
        Operation.DELETE,
        Optional.empty(),
        Digest.sha256("provenance".getBytes(UTF_8)),
        Optional.empty());
  }

  static byte[] bytes(ProofFile proof) {
    return proof.toJson().getBytes(UTF_8);
  }
}
