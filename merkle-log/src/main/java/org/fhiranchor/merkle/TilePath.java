package org.fhiranchor.merkle;

import java.util.Optional;
import java.util.regex.Matcher;

/** A resource below the log's URL (C2SP tlog-tiles, TILE-1): a tile or a bundle of entries. */
public sealed interface TilePath permits TileId, EntryBundleId {
  /** The path below the log's URL, without a leading slash. */
  String path();

  /** How many hashes or entries it holds, 1 to 256. */
  int width();

  /** Reads a path in its one spelling; empty for anything else. */
  static Optional<TilePath> parse(String path) {
    Matcher part = TileSpelling.PATH.matcher(path);
    if (path.length() > TileSpelling.MAX || !part.matches()) {
      return Optional.empty();
    }
    long index = TileSpelling.index(part.group(2));
    int width = TileSpelling.width(part.group(3));
    if (index < 0 || width < 1) {
      return Optional.empty();
    }
    String level = part.group(1);
    TilePath parsed =
        level.equals("entries")
            ? new EntryBundleId(index, width)
            : new TileId(Integer.parseInt(level), index, width);
    return parsed.path().equals(path) ? Optional.of(parsed) : Optional.empty();
  }
}
