/**
 * Consent on this server: the ledger followed, operations of patients, keys in custody. Deciding is
 * the business of the module consent.
 */
@NullMarked
package org.fhiranchor.interceptors.consent;

import org.jspecify.annotations.NullMarked;
