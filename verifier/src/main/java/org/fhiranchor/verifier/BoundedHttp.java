package org.fhiranchor.verifier;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP requests that end: bounded in time as a whole, whatever the server drips, and in bytes.
 * {@code HttpURLConnection} because it starts in half the time of the newer client.
 */
final class BoundedHttp {
  private final Duration timeout;

  BoundedHttp(Duration timeout) {
    this.timeout = timeout;
  }

  /** A body of up to {@code maxBytes} of a 200 answer. */
  byte[] get(URI url, int maxBytes) throws IOException {
    return bounded(url, () -> exchange(url, maxBytes, new byte[0]));
  }

  /** Posts JSON; a body of up to {@code maxBytes} of a 200 answer. */
  byte[] post(URI url, byte[] json, int maxBytes) throws IOException {
    return bounded(url, () -> exchange(url, maxBytes, json));
  }

  private byte[] exchange(URI url, int maxBytes, byte[] json) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setConnectTimeout((int) timeout.toMillis());
    connection.setReadTimeout((int) timeout.toMillis());
    connection.setInstanceFollowRedirects(false);
    if (json.length > 0) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      try (OutputStream body = connection.getOutputStream()) {
        body.write(json);
      }
    }
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      connection.disconnect();
      throw new IOException(url.getPath() + ": HTTP status " + status);
    }
    try (InputStream body = connection.getInputStream()) {
      byte[] bytes = body.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        connection.disconnect();
        throw new IOException(url.getPath() + ": more than " + maxBytes + " bytes");
      }
      return bytes;
    }
  }

  /** The waiting is done here, so that a server that sends a byte now and then cannot hold us. */
  private byte[] bounded(URI url, Exchange exchange) throws IOException {
    FutureTask<byte[]> task = new FutureTask<>(exchange::run);
    Thread thread = new Thread(task, "http");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IOException(
          url.getHost() + ": no answer within " + timeout.toMillis() + " ms", late);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw new IOException(
          url.getHost() + ": " + (cause == null ? failed : describe(cause)), cause);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(url.getHost() + ": interrupted", interrupted);
    }
  }

  private static String describe(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  @FunctionalInterface
  private interface Exchange {
    byte[] run() throws IOException;
  }
}
