package org.fhiranchor.interceptors.export;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps exports and how far they are, for all nodes. Each method is one transaction. An export
 * belongs to the node that claimed it last; what another node writes about it has no effect.
 */
public interface ExportStore {
  /** A new export that nobody makes yet. */
  void add(ProvenanceExport.Order order, Instant now);

  /**
   * Makes a running export this node's.
   *
   * @param silentSince a node whose beat is older has lost it
   * @return false when another node makes it, or it is over
   */
  boolean claim(String id, String node, Instant now, Instant silentSince);

  /** Notes at which head it is taken, for good. */
  void begin(String id, String node, String head, long total);

  /**
   * Notes how far it is.
   *
   * @param mark what is durable in its files
   * @return false when it was cancelled, or is another node's
   */
  boolean progress(String id, String node, Mark mark, Instant now);

  /** How far an export is. */
  record Mark(long done, String text) {}

  /** Gives one back that is not over: whoever claims it next goes on with it. */
  void release(String id, String node);

  /** It is over. */
  void end(String id, String node, ProvenanceExport.State state, Instant now);

  /** Ends it wherever it is made; its files are nobody's from then on. */
  void cancel(String id, Instant now);

  /** Ends every one, also those that are done, and removes what was kept of them. */
  void forgetAll();

  /** An export; empty when it was never there, or is forgotten. */
  Optional<ProvenanceExport> find(String id);

  /** Those that run, the oldest first. */
  List<ProvenanceExport> running();

  /** The ids of those that ended before an instant. */
  List<String> endedBefore(Instant before);

  /** Removes what was kept of it. */
  void forget(String id);
}
