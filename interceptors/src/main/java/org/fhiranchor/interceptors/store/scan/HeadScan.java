package org.fhiranchor.interceptors.store.scan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.SignedCheckpoint;

/**
 * Every head that anybody vouched for, held against the tree as it grows: the signed checkpoints,
 * the log's own row, and heads that are known from elsewhere.
 */
final class HeadScan {
  private final Scanning scan;
  private final LogVerifierKey key;
  private final long size;

  /** Heads of the sizes that come next. */
  private final TreeMap<Long, List<Head>> coming = new TreeMap<>();

  private final Map<Long, Digest> roots = new HashMap<>();
  private long loaded;

  /** A head that somebody vouches for; without a root one that is only to be told. */
  private record Head(Kind kind, String place, Optional<Digest> root) {}

  HeadScan(Scanning scan, LogVerifierKey key) {
    this.scan = scan;
    this.key = key;
    size = newestSigned().map(head -> head.size().value()).orElse(0L);
  }

  /** The newest size that the log's key signed. */
  long size() {
    return size;
  }

  /** Compares the root of this size, once it is reached. */
  void expect(Kind kind, String place, long atSize, Digest root) {
    coming
        .computeIfAbsent(atSize, none -> new ArrayList<>(1))
        .add(new Head(kind, place, Optional.of(root)));
  }

  /** Keeps the root of this size for {@link #root}. */
  void want(long atSize) {
    coming
        .computeIfAbsent(atSize, none -> new ArrayList<>(1))
        .add(new Head(Kind.HEAD, "", Optional.empty()));
  }

  /** The root of a size that was wanted; empty when the log never had it. */
  Optional<Digest> root(long atSize) {
    return Optional.ofNullable(roots.get(atSize));
  }

  /** The log has one leaf more. */
  void grown(GrowingTree tree) {
    if (tree.size() > loaded) {
      load();
    }
    compare(tree.size(), tree);
  }

  private void compare(long at, GrowingTree tree) {
    List<Head> heads = coming.remove(at);
    if (heads == null) {
      return;
    }
    Digest root = tree.root();
    for (Head head : heads) {
      if (head.root().isEmpty()) {
        roots.put(at, root);
      } else if (!head.root().get().equals(root)) {
        scan.found(head.kind(), head.place(), "its root is not that of the leaves");
      }
    }
  }

  /** The checkpoints of the next sizes. */
  private void load() {
    long from = loaded;
    loaded += Scanning.PAGE;
    List<Note> notes =
        scan.jdbc()
            .query(
                "select tree_size, note from anchor_checkpoint where tree_size > ? and tree_size <="
                    + " ? order by tree_size",
                (row, n) -> new Note(row.getLong(1), String.valueOf(row.getString(2))),
                from,
                loaded);
    notes.parallelStream()
        .map(this::opened)
        .toList()
        .forEach(
            head ->
                head.ifPresent(
                    signed ->
                        expect(
                            Kind.CHECKPOINT,
                            "checkpoint " + signed.size(),
                            signed.size().value(),
                            signed.root())));
  }

  private record Note(long size, String text) {}

  private Optional<Checkpoint> opened(Note note) {
    Optional<Checkpoint> head = signed(note.text());
    if (head.isEmpty()) {
      scan.found(Kind.CHECKPOINT, "checkpoint " + note.size(), "the log's key did not sign it");
    } else if (head.get().size().value() != note.size()) {
      scan.found(
          Kind.CHECKPOINT,
          "checkpoint " + note.size(),
          "it is the head of " + head.get().size() + " leaves");
      return Optional.empty();
    }
    return head;
  }

  private Optional<Checkpoint> signed(String note) {
    try {
      SignedCheckpoint parsed = SignedCheckpoint.parse(note);
      return parsed.verify(key) instanceof SignedCheckpoint.Opened.Refused
          ? Optional.empty()
          : Optional.of(parsed.checkpoint());
    } catch (ProofFormatException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** The largest that is genuine: what was put behind it counts for nothing. */
  private Optional<Checkpoint> newestSigned() {
    long before = Long.MAX_VALUE;
    while (true) {
      List<Note> notes =
          scan.jdbc()
              .query(
                  "select tree_size, note from anchor_checkpoint where tree_size < ? order by"
                      + " tree_size desc limit 16",
                  (row, n) -> new Note(row.getLong(1), String.valueOf(row.getString(2))),
                  before);
      if (notes.isEmpty()) {
        return Optional.empty();
      }
      for (Note note : notes) {
        Optional<Checkpoint> head =
            signed(note.text()).filter(signed -> signed.size().value() == note.size());
        if (head.isPresent()) {
          return head;
        }
        before = note.size();
      }
    }
  }

  /** The tree is complete: what vouches for a size that it never had, or for none, is wrong. */
  void end(long treeSize) {
    coming.forEach(
        (at, heads) ->
            heads.stream()
                .filter(head -> head.root().isPresent())
                .forEach(
                    head ->
                        scan.found(
                            head.kind(),
                            head.place(),
                            "it has %d leaves, the log has %d".formatted(at, treeSize))));
    scan.jdbc()
        .query(
            "select tree_size from anchor_checkpoint where tree_size < 1 or tree_size > ?",
            row -> {
              scan.found(
                  Kind.CHECKPOINT,
                  "checkpoint " + row.getLong(1),
                  "the log never had that many leaves");
            },
            treeSize);
  }
}
