package org.fhiranchor.ledger.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where anvil serves HTTP, from which it cannot be kept. Where the system has one (Linux), an
 * address at which a program can listen and to which nobody can connect: the broadcast address of
 * the loopback network. Elsewhere a port that the Fetch standard has every browser refuse ("bad
 * port"), so that no page reaches it under whatever name.
 */
record HiddenAddress(String host, int port) {
  private static final Logger LOG = LoggerFactory.getLogger(HiddenAddress.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String UNREACHABLE = "127.255.255.255";
  private static final int CONNECT_MILLIS = 1_000;

  /** Of the ports that browsers refuse, those that need no rights and that little else uses. */
  static final List<Integer> REFUSED_BY_BROWSERS =
      List.of(6697, 6679, 6669, 6668, 6667, 6666, 6665, 6566, 5061, 5060, 4190, 4045, 3659, 10080);

  /**
   * The best that there is now.
   *
   * @throws EmbeddedChainException when there is none
   */
  static HiddenAddress find() {
    return isUnreachable() ? new HiddenAddress(UNREACHABLE, 0) : refusedByBrowsers();
  }

  /** Tried, not taken from the system's name: listening works there, and connecting does not. */
  private static boolean isUnreachable() {
    try (ServerSocket listening = new ServerSocket()) {
      listening.bind(new InetSocketAddress(UNREACHABLE, 0));
      return !connects(listening);
    } catch (IOException nowhere) {
      LOG.debug("nobody can listen at {}", UNREACHABLE, nowhere);
      return false;
    }
  }

  private static boolean connects(ServerSocket listening) throws IOException {
    try (Socket asking = new Socket()) {
      asking.connect(listening.getLocalSocketAddress(), CONNECT_MILLIS);
      return true;
    } catch (SocketException unreachable) {
      LOG.debug("nobody can connect to {}", UNREACHABLE, unreachable);
      return false;
    }
  }

  static HiddenAddress refusedByBrowsers() {
    OptionalInt free =
        REFUSED_BY_BROWSERS.stream()
            .mapToInt(port -> port)
            .filter(HiddenAddress::isFree)
            .findFirst();
    return new HiddenAddress(
        LOOPBACK,
        free.orElseThrow(
            () ->
                new EmbeddedChainException(
                    "embedded chain: want one of the ports "
                        + REFUSED_BY_BROWSERS
                        + " of this machine, which browsers do not ask; none is free")));
  }

  private static boolean isFree(int port) {
    try (ServerSocket trying = new ServerSocket()) {
      trying.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException taken) {
      LOG.debug("port {} is taken", port, taken);
      return false;
    }
  }
}
