/** One account's sender on several nodes, with a real ledger and a real database. */
@NullMarked
package org.fhiranchor.interceptors.sending;

import org.jspecify.annotations.NullMarked;
