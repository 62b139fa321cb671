/** The ledger ports on an EVM chain. The only package that knows web3j and JSON-RPC. */
@NullMarked
package org.fhiranchor.ledger.evm;

import org.jspecify.annotations.NullMarked;
