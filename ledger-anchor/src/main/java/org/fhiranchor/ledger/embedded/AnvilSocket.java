package org.fhiranchor.ledger.embedded;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Anvil's own door: a file in the chain's folder, which only its owner can open. Whoever asks here
 * commands the chain, so nothing that comes from elsewhere is handed on as it is ({@link
 * LedgerDoor}).
 *
 * <p>Threads: any number; each question has a connection of its own.
 */
public final class AnvilSocket {
  static final String NAME = "anvil.ipc";

  /** What the systems that anvil runs on can take as a socket's path, in bytes. */
  private static final int LONGEST_PATH = 100;

  private static final int AT_ONCE = 1 << 16;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path path;

  private AnvilSocket(Path path) {
    this.path = path;
  }

  /**
   * The door of the chain in this folder; asks nothing yet.
   *
   * @throws EmbeddedChainException when the folder's path is too long for a socket
   */
  public static AnvilSocket in(Path folder) {
    Path absolute = folder.toAbsolutePath().resolve(NAME);
    Path relative = Path.of("").toAbsolutePath().relativize(absolute);
    Path shortest = length(relative) < length(absolute) ? relative : absolute;
    if (length(shortest) > LONGEST_PATH) {
      throw new EmbeddedChainException(
          "embedded chain: the path of "
              + absolute
              + " is too long for a socket: want at most "
              + LONGEST_PATH
              + " bytes; choose a shorter data folder");
    }
    return new AnvilSocket(shortest);
  }

  private static int length(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Asks one question, any that anvil knows.
   *
   * @param request JSON-RPC
   * @return JSON-RPC
   * @throws EmbeddedChainException when there is no whole answer within half a minute
   */
  public String ask(String request) {
    return ask(request, LIMIT);
  }

  String ask(String request, Duration limit) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      long end = System.nanoTime() + limit.toNanos();
      ByteBuffer question = StandardCharsets.UTF_8.encode(request + "\n");
      while (question.hasRemaining()) {
        await(key, end);
        channel.write(question);
      }
      key.interestOps(SelectionKey.OP_READ);
      return answer(channel, key, end);
    } catch (IOException failed) {
      throw new EmbeddedChainException("embedded chain: no answer from anvil", failed);
    }
  }

  /** One line, as anvil ends each answer. */
  private static String answer(SocketChannel channel, SelectionKey key, long end)
      throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer part = ByteBuffer.allocate(AT_ONCE);
    do {
      await(key, end);
      part.clear();
      if (channel.read(part) < 0) {
        throw new EOFException("anvil ended in the middle of an answer");
      }
      answer.write(part.array(), 0, part.position());
    } while (part.position() == 0 || part.get(part.position() - 1) != '\n');
    return answer.toString(StandardCharsets.UTF_8).strip();
  }

  private static void await(SelectionKey key, long end) throws IOException {
    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    if (left <= 0 || key.selector().select(left) == 0) {
      throw new SocketTimeoutException("anvil did not answer in time");
    }
    key.selector().selectedKeys().clear();
  }
}
