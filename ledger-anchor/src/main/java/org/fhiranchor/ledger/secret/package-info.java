/**
 * Files that hold secrets: keys, passwords, tokens. All of them are read and written here and
 * nowhere else. The cipher for secrets that are kept elsewhere. What a secret means stays with
 * those who use it.
 */
@NullMarked
package org.fhiranchor.ledger.secret;

import org.jspecify.annotations.NullMarked;
