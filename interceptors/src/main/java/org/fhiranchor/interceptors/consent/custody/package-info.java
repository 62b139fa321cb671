/**
 * Keys that the server keeps for patients, encrypted at rest (CG-4). Who may use one is asked where
 * patients grant and revoke.
 */
@NullMarked
package org.fhiranchor.interceptors.consent.custody;

import org.jspecify.annotations.NullMarked;
