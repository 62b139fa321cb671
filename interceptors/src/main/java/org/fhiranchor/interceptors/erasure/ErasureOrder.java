package org.fhiranchor.interceptors.erasure;

import java.time.Instant;

/**
 * Why a patient is erased, as the operator said it.
 *
 * @param who who ordered it, from the token
 */
public record ErasureOrder(Instant at, String reason, String basis, String who) {}
