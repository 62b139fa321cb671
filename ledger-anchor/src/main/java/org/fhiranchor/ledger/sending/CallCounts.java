package org.fhiranchor.ledger.sending;

import java.time.Instant;
import java.util.Optional;

/**
 * What operators are told about revocations.
 *
 * @param waiting revocations that no block has yet
 * @param oldest when the oldest of them was accepted
 * @param expired revocations whose signature ended before the ledger had them; they hold here all
 *     the same
 */
public record CallCounts(int waiting, Optional<Instant> oldest, int expired) {}
