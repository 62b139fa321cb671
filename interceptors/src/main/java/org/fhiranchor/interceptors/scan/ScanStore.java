package org.fhiranchor.interceptors.scan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps scans and what they found, for all nodes. Each method is one transaction. A scan belongs to
 * the node that claimed it last; what another node writes about it has no effect.
 */
public interface ScanStore {
  /** A new scan that nobody runs yet; false when there is one of that id already. */
  boolean add(String id, Instant now);

  /**
   * Makes a running scan this node's, from its beginning: what an earlier node found is forgotten.
   *
   * @param silentSince a node whose beat is older has lost it
   * @return false when another node runs it, or it is over
   */
  boolean claim(String id, String node, Instant now, Instant silentSince);

  /**
   * Keeps how far it is, and more of what it found, behind what is kept already.
   *
   * @return false when it was cancelled, or is another node's
   */
  boolean progress(String id, String node, Progress progress, List<Finding> more, Instant now);

  /**
   * How far a scan is.
   *
   * @param findings all of them until now, also those that are not kept
   */
  record Progress(long done, long total, long findings) {}

  /** Gives a scan back that is not over: whoever claims it next begins anew. */
  void release(String id, String node);

  /** It is over. */
  void end(String id, String node, Scan.State state, Instant now);

  /** Ends it wherever it runs; false when it does not run. */
  boolean cancel(String id, Instant now);

  /** A scan; empty when it was never there, or is forgotten. */
  Optional<Scan> find(String id);

  /** The newest that was begun and is not cancelled. */
  Optional<Scan> newest();

  /** Those that run, the oldest first. */
  List<Scan> running();

  /** What a scan found, from that number on, in the order it was kept. */
  List<Finding> findings(String id, int from, int limit);
}
