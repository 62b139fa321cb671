package org.fhiranchor.interceptors.disclosure;

import ca.uhn.fhir.rest.api.Constants;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer whose first byte waits until what it tells is durable in the journal (DIS-2). Where the
 * journal fails, the answer is 503 and whatever is written afterwards is dropped.
 */
final class RecordedResponse extends HttpServletResponseWrapper {
  static final String ATTRIBUTE = "org.fhiranchor.disclosure.response";

  private static final Logger LOG = LoggerFactory.getLogger(RecordedResponse.class);
  private static final byte[] UNAVAILABLE =
      ("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":"
              + "\"transient\",\"diagnostics\":\"nothing can be shown at the moment: the record of"
              + " it cannot be written\"}]}")
          .getBytes(StandardCharsets.UTF_8);

  private final HttpServletResponse response;
  private final AccessRecorder recorder;
  private Optional<AccessEvent> event = Optional.empty();
  private Optional<ServletOutputStream> stream = Optional.empty();
  private Optional<PrintWriter> writer = Optional.empty();
  private boolean left;
  private boolean stopped;

  RecordedResponse(HttpServletResponse response, AccessRecorder recorder) {
    super(response);
    this.response = response;
    this.recorder = recorder;
  }

  /**
   * From now on the answer waits for the record of this event. It names the request as the record
   * does, also where an operation writes past HAPI's headers.
   */
  void open(AccessEvent opened) {
    event = Optional.of(opened);
    opened.requestId().ifPresent(id -> response.setHeader(Constants.HEADER_REQUEST_ID, id));
  }

  /**
   * Closes the event, once: the answer is about to leave.
   *
   * @return false when nothing may leave
   */
  private boolean leaving(int status) throws IOException {
    if (!left) {
      left = true;
      try {
        event.ifPresent(opened -> opened.ledTo(getHeader(Constants.HEADER_LOCATION)));
        event.ifPresent(opened -> recorder.close(opened, status));
      } catch (JournalUnavailableException unavailable) {
        // Why is logged by the journal, once a minute.
        LOG.warn("answer withheld: its record cannot be written: {}", unavailable.getMessage());
        stop();
      } catch (RuntimeException failed) {
        LOG.error("answer withheld: its record cannot be made", failed);
        stop();
      }
    }
    return !stopped;
  }

  private void stop() throws IOException {
    stopped = true;
    response.reset();
    response.setStatus(SC_SERVICE_UNAVAILABLE);
    response.setHeader("Retry-After", "1");
    response.setContentType("application/fhir+json;charset=utf-8");
    response.setContentLength(UNAVAILABLE.length);
    response.getOutputStream().write(UNAVAILABLE);
  }

  /** The request is over: an answer without a body leaves now. */
  void finish(boolean failed) throws IOException {
    leaving(failed ? SC_INTERNAL_SERVER_ERROR : getStatus());
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    if (event.isEmpty()) {
      return super.getOutputStream();
    }
    if (stream.isEmpty()) {
      stream = Optional.of(new Held());
    }
    return stream.get();
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    if (event.isEmpty()) {
      return super.getWriter();
    }
    if (writer.isEmpty()) {
      writer = Optional.of(new PrintWriter(new HeldText()));
    }
    return writer.get();
  }

  @Override
  public void flushBuffer() throws IOException {
    if (leaving(getStatus())) {
      super.flushBuffer();
    }
  }

  @Override
  public void sendError(int status) throws IOException {
    if (leaving(status)) {
      super.sendError(status);
    }
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    if (leaving(status)) {
      super.sendError(status, message);
    }
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    if (leaving(SC_FOUND)) {
      super.sendRedirect(location);
    }
  }

  @Override
  public void setStatus(int status) {
    if (!stopped) {
      super.setStatus(status);
    }
  }

  @Override
  public void setHeader(String name, String value) {
    if (!stopped) {
      super.setHeader(name, value);
    }
  }

  @Override
  public void addHeader(String name, String value) {
    if (!stopped) {
      super.addHeader(name, value);
    }
  }

  @Override
  public void setContentType(String type) {
    if (!stopped) {
      super.setContentType(type);
    }
  }

  @Override
  public void setContentLength(int length) {
    if (!stopped) {
      super.setContentLength(length);
    }
  }

  @Override
  public void setContentLengthLong(long length) {
    if (!stopped) {
      super.setContentLengthLong(length);
    }
  }

  @Override
  public void reset() {
    if (!stopped) {
      super.reset();
    }
  }

  /** The container's own writer, so that the answer is the same to the byte as without this one. */
  private final class HeldText extends Writer {
    @Override
    public void write(char[] text, int from, int length) throws IOException {
      if (length > 0 && leaving(getStatus())) {
        response.getWriter().write(text, from, length);
      }
    }

    @Override
    public void flush() throws IOException {
      if (leaving(getStatus())) {
        response.getWriter().flush();
      }
    }

    @Override
    public void close() throws IOException {
      if (leaving(getStatus())) {
        response.getWriter().close();
      }
    }
  }

  /** Passes on nothing before the event is closed. */
  private final class Held extends ServletOutputStream {
    @Override
    public void write(int one) throws IOException {
      if (leaving(getStatus())) {
        response.getOutputStream().write(one);
      }
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (length > 0 && leaving(getStatus())) {
        response.getOutputStream().write(bytes, from, length);
      }
    }

    @Override
    public void flush() throws IOException {
      if (leaving(getStatus())) {
        response.getOutputStream().flush();
      }
    }

    @Override
    public void close() throws IOException {
      if (leaving(getStatus())) {
        response.getOutputStream().close();
      }
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new IllegalStateException(
          "an answer that waits for its record is written by its thread");
    }
  }
}
