package org.fhiranchor.interceptors.log;

import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;

/**
 * A leaf that waits for its place in the tree.
 *
 * @param statement without its predecessor, which only the sequencer knows (STM-2)
 * @param salt fresh for this leaf (STM-3)
 * @param record the salted who/why record behind the statement's digest, as JSON; empty if none
 */
public record PendingLeaf(Statement statement, Salt salt, String record) {}
