package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import org.web3j.protocol.core.Response;

/** A JSON-RPC answer whose result is looked at member by member. */
final class JsonResponse extends Response<JsonNode> {}
