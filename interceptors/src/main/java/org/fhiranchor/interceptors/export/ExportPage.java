package org.fhiranchor.interceptors.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ExportLeaves;
import org.fhiranchor.merkle.ExportedLeaf;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TreeProofs;

/**
 * Rows of leaves with the records behind them, compared with the signed tree before they are
 * written.
 */
final class ExportPage {
  private final ExportWriter.Sources sources;
  private final List<ChainRows.Placed> rows;
  private final Deque<ChainRows.Erased> erased;
  private final Checkpoint head;
  private final Map<Digest, String> contents;

  /**
   * Rows by index.
   *
   * @param erased those between them of which nothing is left but the commitment
   */
  ExportPage(
      ExportWriter.Sources sources,
      List<ChainRows.Placed> rows,
      List<ChainRows.Erased> erased,
      Checkpoint head) {
    this.erased = new ArrayDeque<>(erased);
    this.sources = sources;
    this.rows = rows;
    this.head = head;
    List<Digest> wanted = new ArrayList<>();
    for (ChainRows.Placed row : rows) {
      if (row.leaf().statement() instanceof Statement.Disclosure disclosure) {
        wanted.add(disclosure.record());
      }
    }
    contents = wanted.isEmpty() ? Map.of() : sources.disclosures().contents(wanted);
  }

  /**
   * Writes a line of leaves for each, and a line of records where one was asked for.
   *
   * @param proving makes a proof for each line, where not every leaf of the range is there
   * @return how many records were removed
   */
  long write(ExportOutput out, Optional<TileNodes> proving) throws IOException {
    long removed = 0;
    for (ChainRows.Placed row : rows) {
      sources.leaves().require(row, Optional.of(head));
      SequencedLeaf leaf = row.leaf();
      writeErased(out, leaf.index().value());
      Optional<String> record = record(leaf);
      removed += record.isEmpty() && leaf.statement() instanceof Statement.Disclosure ? 1 : 0;
      out.proof(
          ExportLeaves.NAME,
          ExportLeaves.write(
              new ExportLeaves.Opened(
                  leaf.index(),
                  leaf.statement(),
                  leaf.salt(),
                  record,
                  proving.map(nodes -> TreeProofs.inclusion(leaf.index(), head.size(), nodes)))));
      out.record(ExportedLeaf.of(leaf.index(), leaf.statement(), record));
    }
    writeErased(out, Long.MAX_VALUE);
    return removed;
  }

  private void writeErased(ExportOutput out, long before) throws IOException {
    while (!erased.isEmpty() && erased.getFirst().index().value() < before) {
      ChainRows.Erased gone = erased.removeFirst();
      out.proof(
          ExportLeaves.NAME,
          ExportLeaves.write(new ExportLeaves.Erased(gone.index(), gone.commitment())));
    }
  }

  private Optional<String> record(SequencedLeaf leaf) {
    if (leaf.statement() instanceof Statement.Disclosure disclosure) {
      Optional<String> json = Optional.ofNullable(contents.get(disclosure.record()));
      json.filter(text -> !Digest.sha256(text.getBytes(UTF_8)).equals(disclosure.record()))
          .ifPresent(
              changed -> {
                throw sources
                    .leaves()
                    .contradiction(
                        "leaf %s: the content of its disclosure was changed"
                            .formatted(leaf.index()));
              });
      return json;
    }
    return leaf.statement().recordDigest().map(digest -> leaf.record());
  }
}
