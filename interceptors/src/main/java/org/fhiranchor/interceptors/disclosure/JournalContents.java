package org.fhiranchor.interceptors.disclosure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.ledger.secret.AeadCipher;
import org.fhiranchor.merkle.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Closes the contents of the journal's records under a key of their subject, and opens them
 * (ERA-3). A content is bound to its row. One that was written before this was there stands as
 * text, and is read as it is. All methods may be called from any thread.
 */
public final class JournalContents {
  /** No text begins like this. Then come which key, and the keys' name. */
  private static final byte[] MARK = {(byte) 0xfa, 'k'};

  private static final byte OWN = 1;
  private static final byte COMMON = 2;

  /** Bytes of the name. */
  private static final int NAME = 8;

  private static final int HEAD = MARK.length + 1 + NAME;

  private final Optional<Parts> parts;
  private final ReadWriteLock lock = new ReentrantReadWriteLock(true);

  /**
   * What it closes with.
   *
   * @param common for what is of nobody with a key: records about a subject whose key is destroyed
   */
  public record Parts(ContentKeys keys, AeadCipher common, SecureRandom random) {}

  private JournalContents(Optional<Parts> parts) {
    this.parts = parts;
  }

  /** Contents under these keys. */
  public static JournalContents closed(Parts parts) {
    return new JournalContents(Optional.of(parts));
  }

  /** Contents as text, where nodes share no keys. */
  public static JournalContents plain() {
    return new JournalContents(Optional.empty());
  }

  /** Which database holds the keys; empty where there are none. */
  public Optional<String> keys() {
    return parts.map(with -> with.keys().name());
  }

  /** Closes a content for its row. */
  public interface Closing {
    /** The content as it is kept. */
    byte[] close(Digest subject, Digest record, String json);
  }

  /** Opens the contents of rows. */
  public interface Opening {
    /**
     * The content; empty when it was removed, or its key was, or all keys of that time were lost.
     * One that does not open was changed: it comes as it stands, and its digest tells.
     */
    String open(Digest subject, Digest record, byte @Nullable [] kept);
  }

  /** Runs a write of contents of these subjects: no key of theirs is destroyed before its end. */
  public void writing(Collection<Digest> subjects, Consumer<Closing> write) {
    lock.readLock().lock();
    try {
      write.accept(
          parts.map(with -> closing(with, subjects)).orElse((of, one, json) -> utf8(json)));
    } finally {
      lock.readLock().unlock();
    }
  }

  private Closing closing(Parts with, Collection<Digest> subjects) {
    Map<Digest, Optional<AeadCipher>> keys = keys(with, subjects);
    return (subject, record, json) -> {
      Optional<AeadCipher> own = keys.getOrDefault(subject, Optional.empty());
      return close(
          with,
          own.isPresent() ? OWN : COMMON,
          own.orElse(with.common()),
          about(subject, record),
          json);
    };
  }

  /** What opens contents of these subjects. */
  public Opening opening(Collection<Digest> subjects) {
    Map<Digest, Optional<AeadCipher>> keys =
        parts.map(with -> keys(with, subjects)).orElse(Map.of());
    return (subject, record, kept) ->
        kept == null
            ? ""
            : open(keys.getOrDefault(subject, Optional.empty()), subject, record, kept);
  }

  private String open(Optional<AeadCipher> own, Digest subject, Digest record, byte[] kept) {
    byte[] about = about(subject, record);
    if (!isClosed(kept, OWN)) {
      return openCommon(about, kept);
    }
    boolean isKeyGone = parts.map(with -> own.isEmpty() || !isNamed(kept, with)).orElse(false);
    return isKeyGone ? "" : opened(own, about, kept);
  }

  private static Map<Digest, Optional<AeadCipher>> keys(Parts with, Collection<Digest> subjects) {
    Map<Digest, Optional<AeadCipher>> keys = new HashMap<>();
    subjects.forEach(subject -> keys.computeIfAbsent(subject, with.keys()::of));
    return keys;
  }

  /** The facts of counted refusals, which are of nobody, closed for their row. */
  public byte[] closeFacts(String row, String json) {
    return parts
        .map(with -> close(with, COMMON, with.common(), utf8(row), json))
        .orElseGet(() -> utf8(json));
  }

  /** The same opened. */
  public String openFacts(String row, byte[] kept) {
    return openCommon(utf8(row), kept);
  }

  private String openCommon(byte[] about, byte[] kept) {
    return isClosed(kept, COMMON)
        ? opened(parts.map(Parts::common), about, kept)
        : new String(kept, UTF_8);
  }

  private String opened(Optional<AeadCipher> key, byte[] about, byte[] kept) {
    if (parts.isEmpty()) {
      throw new CorruptLogException(
          "a content is closed under a key in the database of anchor.erasure.keys.url, which this"
              + " node does not name");
    }
    byte[] closed = Arrays.copyOfRange(kept, HEAD, kept.length);
    return new String(key.flatMap(one -> one.open(about, closed)).orElse(kept), UTF_8);
  }

  private static byte[] close(Parts with, byte which, AeadCipher key, byte[] about, String json) {
    byte[] closed = key.close(about, utf8(json), with.random());
    return ByteBuffer.allocate(HEAD + closed.length)
        .put(MARK)
        .put(which)
        .put(name(with))
        .put(closed)
        .array();
  }

  private static byte[] name(Parts with) {
    return Arrays.copyOf(utf8(with.keys().name()), NAME);
  }

  private static boolean isNamed(byte[] kept, Parts with) {
    return Arrays.equals(kept, MARK.length + 1, HEAD, name(with), 0, NAME);
  }

  private static boolean isClosed(byte[] kept, byte which) {
    return kept.length >= HEAD
        && Arrays.equals(kept, 0, MARK.length, MARK, 0, MARK.length)
        && kept[MARK.length] == which;
  }

  private static byte[] about(Digest subject, Digest record) {
    return utf8("disclosure.content\n" + subject.hex() + "\n" + record.hex());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  /** Destroys a subject's key. From the end of this on, no node closes a content with it. */
  public void destroy(Digest subject) {
    parts.ifPresent(with -> destroy(with, subject));
  }

  private void destroy(Parts with, Digest subject) {
    lock.writeLock().lock();
    try {
      with.keys().destroy(subject);
    } finally {
      lock.writeLock().unlock();
    }
    // If we die here, others write with it for a moment: the erasure takes that by its end.
    awaitOthers(with.keys());
  }

  /** Whoever destroyed it, and whether or not that one could wait. */
  private static void awaitOthers(ContentKeys keys) {
    for (Duration left = keys.usedElsewhere(); !left.isZero(); left = keys.usedElsewhere()) {
      LockSupport.parkNanos(left.toNanos());
    }
  }
}
