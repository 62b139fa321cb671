/**
 * Turns the consent registry's events into what this server knows of consents (CG-5). Whether
 * somebody may see something is not decided here.
 */
@NullMarked
package org.fhiranchor.ledger.consent;

import org.jspecify.annotations.NullMarked;
