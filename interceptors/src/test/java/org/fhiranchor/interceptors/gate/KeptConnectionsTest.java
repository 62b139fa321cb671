package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A server that ends a connection says so (RFC 9112 section 9.6): otherwise the client's next
 * request goes into nothing, and a write is not repeated by itself. Random requests, most of them
 * refused before their body is read, each followed by one more on the same connection.
 */
final class KeptConnectionsTest {
  private static final int REQUESTS = 400;
  private static final int BLOCK = 8 * 1024;

  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND");
  private static final List<String> PATHS =
      List.of(
          "fhir/",
          "fhir/Basic",
          "fhir/Basic/kept",
          "fhir/Basic/kept/_history",
          "fhir/Basic/_search",
          "fhir/Basic/kept/$proof",
          "fhir/Basic/$nothing",
          "fhir/$nothing",
          "fhir/Nothing/1",
          "fhir/Patient/kept/$everything",
          "fhir/Patient/$export",
          "fhir/Basic?_id=%zz",
          "fhir/metadata",
          "fhir/.well-known/smart-configuration",
          "log/checkpoint",
          "log/nothing",
          "actuator/health",
          "nothing");
  private static final List<String> TYPES =
      List.of(
          "application/fhir+json",
          "application/fhir+xml",
          "application/x-www-form-urlencoded",
          "text/plain",
          "application/json-patch+json");

  private final GatedServer server = GatedServer.shared();

  /** Lines of a head, and its body as it goes over the wire. */
  private static final class Request {
    private final String head;
    private final byte[] body;

    Request(String head, byte[] body) {
      this.head = head;
      this.body = body;
    }
  }

  private Request random(Random random) throws IOException {
    String method = oneOf(METHODS, random);
    StringBuilder head =
        new StringBuilder()
            .append(method + " /" + oneOf(PATHS, random) + " HTTP/1.1\r\n")
            .append("Host: localhost\r\nContent-Type: " + oneOf(TYPES, random) + "\r\n");
    String token = oneOf(List.of(server.tokens().loader(), "broken", ""), random);
    if (!token.isEmpty()) {
      head.append("Authorization: Bearer " + token + "\r\n");
    }
    byte[] body = body(random);
    if (random.nextInt(4) == 0) {
      head.append("Content-Encoding: gzip\r\n");
      body = random.nextBoolean() ? zip(body) : body;
    }
    if (body.length > 0 && random.nextInt(3) == 0) {
      head.append("Transfer-Encoding: chunked\r\n");
      body = chunked(body);
    } else if (body.length > 0 || random.nextBoolean()) {
      head.append("Content-Length: " + body.length + "\r\n");
    }
    return new Request(head.toString(), body);
  }

  private static <T> T oneOf(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  private static byte[] body(Random random) {
    String json = "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"kept\"}}";
    return switch (random.nextInt(6)) {
      case 0 -> new byte[0];
      case 1 -> "<Basic".getBytes(UTF_8);
      case 2 -> "a=1&b=%zz".getBytes(UTF_8);
      case 3 -> ("[" + " ".repeat(200_000)).getBytes(UTF_8);
      case 4 -> (json + " ".repeat(60_000)).getBytes(UTF_8);
      default -> json.getBytes(UTF_8);
    };
  }

  private static byte[] zip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(plain);
    }
    return bytes.toByteArray();
  }

  private static byte[] chunked(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < plain.length; at += BLOCK) {
      int length = Math.min(BLOCK, plain.length - at);
      bytes.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(UTF_8));
      bytes.write(plain, at, length);
      bytes.writeBytes("\r\n".getBytes(UTF_8));
    }
    bytes.writeBytes("0\r\n\r\n".getBytes(UTF_8));
    return bytes.toByteArray();
  }

  /** One connection of a client that sends the next request as soon as it has an answer. */
  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    Connection(URI address) throws IOException {
      socket = new Socket(address.getHost(), address.getPort());
      socket.setSoTimeout(120_000);
      // The second part of a request does not wait until the first one is acknowledged: 40 ms.
      socket.setTcpNoDelay(true);
      in = new DataInputStream(socket.getInputStream());
    }

    void send(Request request) {
      try {
        OutputStream out = socket.getOutputStream();
        out.write((request.head + "\r\n").getBytes(UTF_8));
        out.write(request.body);
        out.flush();
      } catch (IOException ended) {
        // the answer, which was sent before the connection ended, says so or does not
        assertThat(ended).hasMessageMatching("(?i).*(broken pipe|connection reset|abort).*");
      }
    }

    /** The head of the answer; its body is read. */
    String answer(boolean hasBody) throws IOException {
      String head = line();
      for (String line = line(); !line.isEmpty(); line = line()) {
        head += "\n" + line.toLowerCase(Locale.ROOT);
      }
      if (hasBody && !head.matches("(?s)HTTP/1.1 (204|304).*")) {
        readBody(head);
      }
      return head;
    }

    private void readBody(String head) throws IOException {
      if (head.contains("transfer-encoding: chunked")) {
        for (int length = chunk(); length > 0; length = chunk()) {
          in.skipNBytes(length + 2L);
        }
        line();
      } else if (head.contains("content-length: ")) {
        in.skipNBytes(Long.parseLong(head.replaceAll("(?s).*content-length: (\\d+).*", "$1")));
      } else {
        assertThat(head).contains("connection: close");
      }
    }

    private int chunk() throws IOException {
      return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
        line.write(next);
      }
      return line.toString(UTF_8).strip();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  @DisplayName("ANS-4 a connection ends with the answer that says so, or not at all")
  void saysWhenItEnds() throws IOException {
    long seed = Long.getLong("test.seed", 20_261_129);
    Random random = new Random(seed);
    URI address = server.server().url("");
    Request next =
        new Request(
            "POST /fhir/Basic HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n",
            "{}".getBytes(UTF_8));
    int kept = 0;
    for (int i = 0; i < REQUESTS; i++) {
      Request first = random(random);
      String what = "seed " + seed + " request " + i + "\n" + first.head;
      try (Connection connection = new Connection(address)) {
        connection.send(first);
        String answer = connection.answer(!first.head.startsWith("HEAD"));
        assertThat(answer).as(what).doesNotStartWith("HTTP/1.1 500");
        if (!answer.contains("connection: close")) {
          connection.send(next);
          assertThat(connection.answer(true)).as(what + answer).startsWith("HTTP/1.1 401");
          kept++;
        }
      } catch (EOFException ended) {
        throw new AssertionError("the connection ended without a word: " + what, ended);
      }
    }
    assertThat(kept).isGreaterThan(REQUESTS / 4);
  }
}
