package org.fhiranchor.interceptors.identity;

import java.util.Optional;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.Requester;

/**
 * Told of every request that was turned away here. Must not throw for a full disk or a slow
 * database: a refusal stays a refusal. Called once per refusal, by many threads. Implementations
 * write no token and no patient data.
 */
@FunctionalInterface
public interface AccessLog {
  /** Records one refusal. */
  void refused(RefusedRequest request);

  /**
   * One refused request.
   *
   * @param why the reason
   * @param requester empty when the token did not hold
   * @param requestId HAPI's request id, which the client may have chosen
   * @param surface what was asked for, without ids: {@code "read Observation"}
   * @param claim the token's claim that is missing or malformed
   */
  record RefusedRequest(
      Refusal why,
      Optional<Requester> requester,
      String requestId,
      String surface,
      Optional<String> claim) {
    /** No claim in particular is to blame. */
    public RefusedRequest(
        Refusal why, Optional<Requester> requester, String requestId, String surface) {
      this(why, requester, requestId, surface, Optional.empty());
    }
  }
}
