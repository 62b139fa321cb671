package org.fhiranchor.ledger.embedded;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain on this machine, kept in one folder: an anvil process that listens on the loopback
 * interface only, has no accounts of its own, and mines a block for each transaction and none
 * without one. An idle server's chain therefore does not grow; there is no "latest block a moment
 * ago" either, so freshness must be judged by whether the chain answers, and finality by 0
 * confirmations ({@code finalized} is 64 blocks back by arithmetic and means nothing).
 *
 * <p>State is written within {@value #STATE_SECONDS} seconds of a change, and at a regular end.
 * Killed in between, the chain loses its latest blocks; whoever anchors sees that as a
 * reorganisation. The chain can be deleted as a whole: logs keep their names as long as the owner's
 * key is kept, which is therefore not in this folder.
 *
 * <p>Threads: any number.
 */
public final class EmbeddedChain implements AutoCloseable {
  /** The chain id unless another one is asked for. */
  public static final ChainId DEFAULT_CHAIN = new ChainId(31337);

  static final int STATE_SECONDS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedChain.class);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  /**
   * Account states in memory. Blocks, receipts and events stay complete: old anchors are proofs.
   */
  private static final String KEPT_STATES = "64";

  /** Never by itself: {@link StateKeeper} does it. */
  private static final String NO_INTERVAL = "31536000";

  private final Settings settings;
  private final Path binary;
  private final ChainFolder folder;
  private final Thread endWithUs;
  private final ChainWatch watch;
  private AnvilProcess process;
  private StateKeeper keeper;
  private int port;
  private boolean closed;

  /**
   * What to run.
   *
   * @param folder holds the chain and nothing else; created when missing
   * @param roots folders that may have the {@code node_modules} with anvil inside, first one wins
   * @param port to listen on; 0 for a free one
   * @param funded accounts that get 10,000 ether at each start
   * @param startLimit how long the process may take until it answers
   */
  public record Settings(
      Path folder,
      List<Path> roots,
      ChainId chainId,
      int port,
      List<Address> funded,
      Duration startLimit) {
    /**
     * Checks the port.
     *
     * @throws IllegalArgumentException for a port out of range
     */
    public Settings {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port: want 0 to 65535, got " + port);
      }
      roots = List.copyOf(roots);
      funded = List.copyOf(funded);
    }

    /** A free port, the usual chain id, half a minute to start. */
    public static Settings of(Path folder, List<Path> roots, List<Address> funded) {
      return new Settings(folder, roots, DEFAULT_CHAIN, 0, funded, Duration.ofSeconds(30));
    }
  }

  private EmbeddedChain(Settings settings, Path binary, ChainFolder folder) {
    this.settings = settings;
    this.binary = binary;
    this.folder = folder;
    this.port = settings.port();
    this.process = launch();
    this.keeper = keeper();
    this.watch = new ChainWatch(this::look, STATE_SECONDS);
    this.endWithUs = new Thread(this::endProcess, "embedded-chain-end");
    Runtime.getRuntime().addShutdownHook(endWithUs);
  }

  /**
   * Looks whether anvil is installed below one of these folders, and starts nothing.
   *
   * @throws EmbeddedChainException when it is not
   */
  public static void requireProgram(List<Path> roots) {
    AnvilBinary.find(roots);
  }

  /**
   * Starts the chain, or goes on with the one in the folder. An anvil that a killed server left
   * running on this folder is ended first.
   *
   * @throws EmbeddedChainException when anvil is not installed, does not start, or another server
   *     uses the folder
   */
  public static EmbeddedChain start(Settings settings) {
    Path binary = AnvilBinary.find(settings.roots());
    ChainFolder folder = ChainFolder.open(settings.folder());
    try {
      return new EmbeddedChain(settings, binary, folder);
    } catch (RuntimeException failed) {
      folder.close();
      throw failed;
    }
  }

  private AnvilProcess launch() {
    folder.endLeftover();
    folder.repairState();
    folder.keepState();
    AnvilProcess started = AnvilProcess.start(command(), Map.of("HOME", folder.path().toString()));
    try {
      folder.remember(started.handle());
      port = started.awaitPort(settings.startLimit());
      prepare(new AnvilRpc(url(port)));
      LOG.info("embedded chain started url={} folder={}", url(port), folder.path());
      return started;
    } catch (RuntimeException failed) {
      AnvilProcess.end(started.handle(), END_LIMIT);
      throw failed;
    }
  }

  private StateKeeper keeper() {
    return new StateKeeper(new AnvilRpc(url(port)), folder);
  }

  private void prepare(AnvilRpc rpc) {
    rpc.requireChain(settings.chainId());
    settings.funded().forEach(rpc::fund);
  }

  /** No key or mnemonic is handed over: we sign ourselves, anvil only has to know balances. */
  private List<String> command() {
    return List.of(
        binary.toString(),
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--chain-id",
        settings.chainId().toString(),
        "--accounts",
        "0",
        "--no-cors",
        "--prune-history",
        KEPT_STATES,
        "--state",
        folder.state().toString(),
        "--state-interval",
        NO_INTERVAL);
  }

  private static URI url(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Where JSON-RPC is served; the same for as long as this object lives. */
  public synchronized URI rpcUrl() {
    return url(port);
  }

  /** The chain's id. */
  public ChainId chainId() {
    return settings.chainId();
  }

  /** Whether the process runs. */
  public synchronized boolean isAlive() {
    return !closed && process.isAlive();
  }

  /** The process, for those who watch it. */
  public synchronized long pid() {
    return process.handle().pid();
  }

  /**
   * Starts the process again, on the same port, if something ended it. Happens by itself within
   * {@value #STATE_SECONDS} seconds.
   *
   * @return whether it had to be started
   */
  public synchronized boolean ensureRunning() {
    if (closed || process.isAlive()) {
      return false;
    }
    LOG.warn("the embedded chain's process has ended: starting it again");
    process = launch();
    keeper = keeper();
    return true;
  }

  private void look() {
    ensureRunning();
    current().ifPresent(StateKeeper::keep);
  }

  private synchronized Optional<StateKeeper> current() {
    return closed ? Optional.empty() : Optional.of(keeper);
  }

  /** Ends the process, which writes its state first, and frees the folder. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    endProcess();
    folder.keepState();
    folder.close();
    dropHook();
  }

  /** Says that it is closed first, or the watch would start the process again. */
  private synchronized void endProcess() {
    closed = true;
    watch.close();
    AnvilProcess.end(process.handle(), END_LIMIT);
  }

  private void dropHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(endWithUs);
    } catch (IllegalStateException shuttingDown) {
      LOG.debug("closed while the JVM ends", shuttingDown);
    }
  }
}
