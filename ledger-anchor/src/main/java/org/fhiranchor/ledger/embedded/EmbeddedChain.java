package org.fhiranchor.ledger.embedded;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A chain on this machine, kept in one folder: an anvil process that has no accounts of its own,
 * and mines a block for each transaction and none without one. Others ask it on the loopback
 * interface, through a {@link LedgerDoor}; anvil itself takes orders from a file in the folder. An
 * idle server's chain therefore does not grow; there is no "latest block a moment ago" either, so
 * freshness must be judged by whether the chain answers, and finality by 0 confirmations ({@code
 * finalized} is 64 blocks back by arithmetic and means nothing).
 *
 * <p>State is written within {@value #STATE_SECONDS} seconds of a change, later where writing takes
 * long ({@link StateKeeper}), and at a regular end. Killed in between, the chain loses its latest
 * blocks; whoever anchors sees that as a reorganisation. The chain can be deleted as a whole: logs
 * keep their names as long as the owner's key is kept, which is therefore not in this folder.
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
  private final AnvilRpc anvil;
  private final StateKeeper keeper;
  private final LedgerDoor door;
  private final OneAnvil process;
  private final ChainWatch watch;

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
    this.anvil = new AnvilRpc(AnvilSocket.in(folder.path()));
    this.door = LedgerDoor.open(settings.port(), AnvilSocket.in(folder.path()));
    // It overwrites its state in place: were it killed meanwhile, half of it would be left.
    this.process = new OneAnvil(folder::keepState);
    this.keeper =
        new StateKeeper(anvil, state -> process.whileAlive(() -> folder.writeState(state)));
    this.watch = new ChainWatch(this::look, STATE_SECONDS);
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
    EmbeddedChain chain;
    try {
      chain = new EmbeddedChain(settings, binary, folder);
    } catch (RuntimeException failed) {
      folder.close();
      throw failed;
    }
    chain.begin();
    return chain;
  }

  private synchronized void begin() {
    try {
      launch();
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
  }

  private void launch() {
    folder.endLeftover();
    folder.clearSocket();
    folder.repairState();
    folder.keepState();
    AnvilProcess started = process.start(command(HiddenAddress.find()), folder.path());
    try {
      folder.remember(started.handle());
      started.awaitListening(settings.startLimit());
      folder.guardSocket();
      prepare();
      LOG.info("embedded chain started url={} folder={}", rpcUrl(), folder.path());
    } catch (RuntimeException failed) {
      AnvilProcess.end(started.handle(), END_LIMIT);
      throw failed;
    }
  }

  private void prepare() {
    anvil.requireChain(settings.chainId());
    settings.funded().forEach(anvil::fund);
  }

  /** No key or mnemonic is handed over: we sign ourselves, anvil only has to know balances. */
  private List<String> command(HiddenAddress http) {
    return List.of(
        binary.toString(),
        "--host",
        http.host(),
        "--port",
        Integer.toString(http.port()),
        "--ipc",
        AnvilSocket.NAME,
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

  /** Where JSON-RPC is served; the same for as long as this object lives. */
  public URI rpcUrl() {
    return door.url();
  }

  /** The chain's id. */
  public ChainId chainId() {
    return settings.chainId();
  }

  /** Whether the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The process, for those who watch it. */
  public long pid() {
    return process.pid();
  }

  /**
   * Starts the process again, at the same address, if something ended it. Happens by itself within
   * {@value #STATE_SECONDS} seconds.
   *
   * @return whether it had to be started
   */
  public synchronized boolean ensureRunning() {
    if (process.hasEnded() || process.isAlive()) {
      return false;
    }
    LOG.warn("the embedded chain's process has ended: starting it again");
    launch();
    return true;
  }

  private void look() {
    ensureRunning();
    if (process.isAlive()) {
      keeper.keep();
    }
  }

  /** Ends the process, which writes its state first, and frees the folder. */
  @Override
  public synchronized void close() {
    if (process.hasEnded()) {
      return;
    }
    watch.close();
    door.close();
    process.close();
    folder.keepState();
    folder.close();
  }
}
