package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.CanonicalResource;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.EntryBundleId;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.Tile;
import org.fhiranchor.merkle.TileId;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.Tiles;
import org.fhiranchor.merkle.TreeAppender;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeProofs;
import org.fhiranchor.merkle.TreeSize;

/** A log in memory, its tiles and entry bundles, and the proofs that a server would give. */
final class SampleLog {
  static final String ORIGIN = "log.example/anchor";

  final LogSigningKey key = LogSigningKey.generate(ORIGIN, new SecureRandom());

  private final SecureRandom random = new SecureRandom();
  private final List<Statement> statements = new ArrayList<>();
  private final List<Salt> salts = new ArrayList<>();
  private final List<byte[]> entries = new ArrayList<>();
  private final Map<String, byte[]> tiles = new HashMap<>();
  private TreeSize size = TreeSize.ZERO;

  /** Appends and gives the index. */
  int append(Statement statement) {
    Salt salt = Salt.random(random);
    statements.add(statement);
    salts.add(salt);
    byte[] entry = Commitment.entry(Commitment.of(salt, statement));
    entries.add(entry);
    grow(List.of(TreeHash.leaf(entry)));
    return entries.size() - 1;
  }

  Digest commitment(int leaf) {
    return Commitment.of(salts.get(leaf), statements.get(leaf));
  }

  void fill(int count) {
    List<Digest> leaves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      byte[] entry = Commitment.entry(Digest.of(bytes));
      entries.add(entry);
      leaves.add(TreeHash.leaf(entry));
    }
    grow(leaves);
  }

  private void grow(List<Digest> leaves) {
    TreeAppender.Appended appended = TreeAppender.append(size, this::tile, leaves);
    for (Tile tile : appended.tiles()) {
      tiles.put(tile.id().level() + "/" + tile.id().index(), tile.bytes());
    }
    size = appended.size();
  }

  Tile tile(TileId id) {
    byte[] stored = tiles.get(id.level() + "/" + id.index());
    if (stored == null || stored.length < id.width() * 32) {
      throw new IllegalStateException("no tile " + id.path());
    }
    return Tile.of(id, Arrays.copyOf(stored, id.width() * 32));
  }

  byte[] bundle(EntryBundleId id) {
    int from = (int) id.index() * Tiles.WIDTH;
    return Tiles.encodeEntries(entries.subList(from, from + id.width()));
  }

  long size() {
    return size.value();
  }

  Digest root(long of) {
    return TreeProofs.root(new TreeSize(of), nodes(of));
  }

  TileNodes nodes(long of) {
    return new TileNodes(new TreeSize(of), this::tile);
  }

  SignedCheckpoint checkpoint(long of) {
    return key.sign(new Checkpoint(ORIGIN, new TreeSize(of), root(of)));
  }

  Anchor anchor(long of, String contract, Digest logId, long block) {
    return new Anchor(
        31337,
        contract,
        logId,
        new TreeSize(of),
        root(of),
        block,
        TreeHash.EMPTY,
        TreeHash.EMPTY,
        "finalized");
  }

  byte[] proof(int leaf, long of, Optional<Anchor> anchor) {
    List<Digest> consistency =
        anchor
            .map(a -> TreeProofs.consistency(new TreeSize(of), a.size(), nodes(a.size().value())))
            .orElse(List.of());
    return new ProofFile(
            statements.get(leaf),
            salts.get(leaf),
            new LeafIndex(leaf),
            checkpoint(of),
            TreeProofs.inclusion(new LeafIndex(leaf), new TreeSize(of), nodes(of)),
            anchor,
            consistency)
        .toJson()
        .getBytes(UTF_8);
  }

  static byte[] patient(int version, String name) {
    return ("{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"versionId\":\""
            + version
            + "\",\"lastUpdated\":\"2026-01-31T23:59:59.123+00:00\"},\"name\":[{\"family\":\""
            + name
            + "\"}]}")
        .getBytes(UTF_8);
  }

  static Statement.ResourceVersion stored(byte[] resource, Optional<Digest> previous) {
    CanonicalResource canonical = CanonicalResource.of(resource);
    return new Statement.ResourceVersion(
        Instant.parse("2026-01-31T23:59:59.123Z"),
        canonical.key(),
        canonical.versionId(),
        Operation.UPDATE,
        Optional.of(canonical.sha256()),
        TreeHash.EMPTY,
        previous);
  }

  static Statement.ResourceVersion deleted(int version, Optional<Digest> previous) {
    return new Statement.ResourceVersion(
        Instant.parse("2026-01-31T23:59:59.123Z"),
        new ResourceKey("Patient", "7"),
        Integer.toString(version),
        Operation.DELETE,
        Optional.empty(),
        TreeHash.EMPTY,
        previous);
  }
}
