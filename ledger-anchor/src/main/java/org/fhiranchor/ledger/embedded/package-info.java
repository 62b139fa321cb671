/**
 * A chain of our own, for trying out and for single machines: an anvil process that the server
 * starts and stops. It shows the same contracts and the same transactions as a real chain; it does
 * not protect against whoever runs the machine.
 */
@NullMarked
package org.fhiranchor.ledger.embedded;

import org.jspecify.annotations.NullMarked;
