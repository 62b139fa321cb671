package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import okhttp3.OkHttpClient;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.exceptions.ClientConnectionException;
import org.web3j.protocol.http.HttpService;

/**
 * One JSON-RPC endpoint, with a limit on the time and the size of every answer.
 *
 * <p>Threads: any number.
 */
public final class EvmClient implements AutoCloseable {
  /** Largest answer, in bytes. */
  public static final long MAX_ANSWER = 32L * 1024 * 1024;

  private final URI url;
  private final HttpService service;
  private final InstantSource clock = InstantSource.system();
  private final Object noting = new Object();
  private volatile NodeStanding standing;

  private EvmClient(URI url, HttpService service) {
    this.url = url;
    this.service = service;
    this.standing =
        new NodeStanding(
            url.getHost() + port(),
            NodeStanding.State.UNASKED,
            clock.instant(),
            OptionalLong.empty());
  }

  /** How it answered last. */
  public NodeStanding standing() {
    return standing;
  }

  /** Notes which block the node calls its newest. */
  void reached(long newest) {
    synchronized (noting) {
      standing = standing.at(newest);
    }
  }

  private void stands(NodeStanding.State state) {
    synchronized (noting) {
      standing = standing.now(state, clock.instant());
    }
  }

  /**
   * Makes a client; asks nothing yet.
   *
   * @param limit on connecting and on a whole request
   */
  public static EvmClient connect(URI url, Duration limit) {
    return connect(url, limit, MAX_ANSWER);
  }

  static EvmClient connect(URI url, Duration limit, long maxAnswer) {
    OkHttpClient http =
        new OkHttpClient.Builder()
            .connectTimeout(limit)
            .callTimeout(limit)
            .readTimeout(limit)
            .followRedirects(false)
            .addInterceptor(new BoundedBodies(maxAnswer))
            .build();
    return new EvmClient(url, new HttpService(url.toString(), http));
  }

  /** The result; {@code null} in JSON is an empty answer. */
  Optional<JsonNode> ask(String method, Object... parameters) {
    JsonResponse response = send(method, parameters);
    Response.Error error = response.getError();
    if (error != null) {
      throw said(NodeErrors.of(method, error, Optional.empty()));
    }
    return result(response);
  }

  /** As {@link #ask}, for a call of this contract: a refusal names the contract's own error. */
  JsonNode askContract(ContractErrors errors, String method, Object... parameters) {
    JsonResponse response = send(method, parameters);
    Response.Error error = response.getError();
    if (error != null) {
      throw said(NodeErrors.of(method, error, errors.describe(error.getData())));
    }
    return result(response).orElseThrow(() -> new LedgerUnavailableException(empty(method)));
  }

  /** As {@link #ask}, where there must be an answer. */
  JsonNode demand(String method, Object... parameters) {
    return ask(method, parameters).orElseThrow(() -> new LedgerUnavailableException(empty(method)));
  }

  /** As {@link #ask}; empty too when the node does not know the method or the block tag. */
  Optional<JsonNode> askIfKnown(String method, Object... parameters) {
    try {
      return ask(method, parameters);
    } catch (LedgerRejectedException refused) {
      if (refused.reason() == LedgerRejectedException.Reason.INVALID) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  /** The chain that the node says it is. */
  public ChainId chainId() {
    return new ChainId(Answers.nonce(demand("eth_chainId")));
  }

  /** The node's own trouble is a refusal; what it says of a transaction or a call is an answer. */
  private RuntimeException said(RuntimeException error) {
    stands(
        error instanceof LedgerUnavailableException
            ? NodeStanding.State.REFUSES
            : NodeStanding.State.ANSWERS);
    return error;
  }

  private String empty(String method) {
    return "ledger at " + place() + ": empty answer to " + method;
  }

  private JsonResponse send(String method, Object... parameters) {
    try {
      JsonResponse response =
          new Request<>(method, List.of(parameters), service, JsonResponse.class).send();
      if (response == null) {
        stands(NodeStanding.State.SILENT);
        throw new LedgerUnavailableException(empty(method));
      }
      if (response.getError() == null) {
        stands(NodeStanding.State.ANSWERS);
      }
      return response;
    } catch (ClientConnectionException refused) {
      // Another status than 200.
      stands(NodeStanding.State.REFUSES);
      throw unusable(method, refused);
    } catch (IOException failed) {
      stands(NodeStanding.State.SILENT);
      throw unusable(method, failed);
    }
  }

  private LedgerUnavailableException unusable(String method, Exception failed) {
    return new LedgerUnavailableException(
        "ledger at " + place() + ": no usable answer to " + method, failed);
  }

  private static Optional<JsonNode> result(JsonResponse response) {
    JsonNode result = response.getResult();
    return result == null || result instanceof NullNode ? Optional.empty() : Optional.of(result);
  }

  /** The endpoint without path, query and user: those often are secrets. */
  String place() {
    return url.getScheme() + "://" + url.getHost() + port();
  }

  private String port() {
    return url.getPort() < 0 ? "" : ":" + url.getPort();
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException failed) {
      throw new UncheckedIOException("ledger at " + place() + ": cannot close", failed);
    }
  }
}
