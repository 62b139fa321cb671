package org.fhiranchor.interceptors.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TreeSize;

/**
 * The largest head of this log that this node knows to be signed (CP-3). It never goes back: a
 * database that does was rolled back. Kept in a file outside the database, so that it outlives the
 * process; {@link HeadExchange} shares it with other nodes. All methods may be called from any
 * thread.
 */
public final class NewestHead {
  private final LogVerifierKey key;
  private final Optional<Path> file;
  private Optional<SignedCheckpoint> known = Optional.empty();
  private Optional<SignedCheckpoint> heard = Optional.empty();
  private String confirmed = "";
  private boolean read;

  private NewestHead(LogVerifierKey key, Optional<Path> file) {
    this.key = key;
    this.file = file;
  }

  /** Kept in {@code log-head-<key id>} in this folder: a log of another key has another file. */
  public static NewestHead inFolder(Path folder, LogVerifierKey key) {
    String name = "log-head-" + HexFormat.of().formatHex(key.keyId());
    return new NewestHead(key, Optional.of(folder.resolve(name)));
  }

  /** Forgotten with the process. */
  public static NewestHead inMemory(LogVerifierKey key) {
    return new NewestHead(key, Optional.empty());
  }

  /**
   * The largest head known; empty before the first.
   *
   * @throws CorruptLogException when the file holds anything but a head signed by this log's key
   */
  public Optional<Checkpoint> known() {
    return all().stream().max(Comparator.comparing(head -> head.size().value()));
  }

  /** This node's own, and the one that it heard of; both must be beginnings of the log's head. */
  synchronized List<Checkpoint> all() {
    return Stream.concat(own().stream(), heard.stream()).map(SignedCheckpoint::checkpoint).toList();
  }

  /**
   * What another node signed. It is compared before anything is signed, and takes the place of
   * nothing that is known here.
   *
   * @throws CorruptLogException when it is not signed by this log's key
   */
  synchronized void hear(SignedCheckpoint head) {
    heard = Optional.of(signed(head));
  }

  /** The largest that this node signed, or read when it was compared. */
  synchronized Optional<SignedCheckpoint> own() {
    if (!read) {
      known = file.filter(Files::exists).map(this::readFile);
      read = true;
    }
    return known;
  }

  /**
   * Remembers a head that is committed and fits what was known. If we die before the file is
   * written, it names an older head, which the next one still has to extend.
   */
  public synchronized void remember(SignedCheckpoint head) {
    boolean larger =
        own()
                .map(SignedCheckpoint::checkpoint)
                .map(Checkpoint::size)
                .map(TreeSize::value)
                .orElse(0L)
            < head.checkpoint().size().value();
    if (larger) {
      known = Optional.of(head);
    }
    if (larger || file.filter(Files::notExists).isPresent()) {
      file.ifPresent(this::writeFile);
    }
  }

  /**
   * Passes on a head that was read as the newest.
   *
   * @param atLeast what was known before it was read
   * @throws CorruptLogException when it is not signed by this log's key, or older than that
   */
  public SignedCheckpoint newest(SignedCheckpoint head, Optional<Checkpoint> atLeast) {
    SignedCheckpoint signed = signed(head);
    Checkpoint got = signed.checkpoint();
    atLeast.ifPresent(
        least -> {
          if (least.size().value() > got.size().value()
              || (least.size().equals(got.size()) && !least.root().equals(got.root()))) {
            throw contradiction(least, got);
          }
        });
    return signed;
  }

  /** Passes on a head that this log's key signed. */
  public synchronized SignedCheckpoint signed(SignedCheckpoint head) {
    if (!confirmed.equals(head.note())) {
      if (head.verify(key) instanceof SignedCheckpoint.Opened.Refused refused) {
        throw new CorruptLogException(
            "checkpoint of %s leaves: %s".formatted(head.checkpoint().size(), refused.reason()));
      }
      confirmed = head.note();
    }
    return head;
  }

  static CorruptLogException contradiction(Checkpoint known, Checkpoint got) {
    return contradiction(known, got.size(), got.root());
  }

  static CorruptLogException contradiction(Checkpoint known, LogState got) {
    return contradiction(known, got.size(), got.root());
  }

  private static CorruptLogException contradiction(Checkpoint known, TreeSize size, Digest root) {
    return new CorruptLogException(
        ("a head of %s leaves and root %s was signed, the database has %s leaves and root %s: it"
                + " was changed, or it is an old copy")
            .formatted(known.size(), known.root().hex(), size, root.hex()));
  }

  private SignedCheckpoint readFile(Path path) {
    try {
      return signed(SignedCheckpoint.parse(Files.readString(path)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path.getFileName(), e);
    } catch (ProofFormatException | CorruptLogException wrong) {
      throw new CorruptLogException(
          path.getFileName() + " in the data folder: want a checkpoint signed by this log's key",
          wrong);
    }
  }

  private void writeFile(Path path) {
    Path beside = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      byte[] note = known.orElseThrow().note().getBytes(StandardCharsets.UTF_8);
      Files.write(beside, note);
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      // If we die here the file still has the head before.
      Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path.getFileName(), e);
    }
  }
}
