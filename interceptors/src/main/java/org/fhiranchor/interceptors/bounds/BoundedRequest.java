package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request as HAPI may read it (ANS-4): its body no further than the bound, whatever the container
 * takes, and a gzip one is inflated here, where HAPI would inflate all of it at once; a query or
 * form that the container cannot read is the client's fault.
 */
public final class BoundedRequest extends HttpServletRequestWrapper {
  private static final String ENCODING = "Content-Encoding";

  /** For HAPI: nothing is left to inflate, and parameters are not looked for in the body. */
  private static final String INFLATED = "identity";

  private final long mostBytes;

  /**
   * Wraps a request.
   *
   * @param mostBytes of a body, inflated if it is zipped
   */
  public BoundedRequest(HttpServletRequest request, long mostBytes) {
    super(request);
    this.mostBytes = mostBytes;
  }

  private boolean isZipped() {
    return "gzip".equals(super.getHeader(ENCODING));
  }

  @Override
  public @Nullable String getHeader(String name) {
    return name.equalsIgnoreCase(ENCODING) && isZipped() ? INFLATED : super.getHeader(name);
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    return isZipped()
        ? new Bounded(new GZIPInputStream(super.getInputStream()), mostBytes)
        : new Bounded(super.getInputStream(), mostBytes);
  }

  @Override
  public BufferedReader getReader() throws IOException {
    return new BufferedReader(new InputStreamReader(getInputStream(), charset()));
  }

  /** What the container takes where nothing is said, and what is zipped, is read as UTF-8. */
  private Charset charset() {
    String named = getCharacterEncoding();
    if (named == null || isZipped()) {
      return StandardCharsets.UTF_8;
    }
    try {
      return Charset.forName(named);
    } catch (IllegalArgumentException unknown) {
      throw new InvalidRequestException("Content-Type: want a charset that exists", unknown);
    }
  }

  @Override
  public @Nullable String getQueryString() {
    String query = super.getQueryString();
    if (query != null && !isEscapedWell(query)) {
      throw new InvalidRequestException("query: want two hexadecimal digits after each %");
    }
    return query;
  }

  private static boolean isEscapedWell(String query) {
    for (int at = query.indexOf('%'); at >= 0; at = query.indexOf('%', at + 1)) {
      if (at + 2 >= query.length()
          || Character.digit(query.charAt(at + 1), 16) < 0
          || Character.digit(query.charAt(at + 2), 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The container stops at its bounds for keys and bytes, or at what is no form. */
  @Override
  public Map<String, String[]> getParameterMap() {
    try {
      return super.getParameterMap();
    } catch (RuntimeException unreadable) {
      throw new InvalidRequestException(
          "query and form: want well-formed UTF-8, and no more parameters or bytes than the"
              + " container takes (1000 parameters, unless set otherwise)",
          unreadable);
    }
  }

  /** Reads on; past the bound nothing more. */
  private static final class Bounded extends ServletInputStream {
    private final InputStream from;
    private final long most;
    private long left;
    private boolean ended;

    Bounded(InputStream from, long most) {
      this.from = from;
      this.most = most;
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = from.read(into, offset, length);
      ended = count < 0;
      left -= Math.max(count, 0);
      if (left < 0) {
        throw new UnclassifiedServerFailureException(
            413, "body: want at most %d bytes, once it is inflated".formatted(most));
      }
      return count;
    }

    @Override
    public boolean isFinished() {
      return ended;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("this body is read by one thread that waits for it");
    }

    @Override
    public void close() throws IOException {
      from.close();
    }
  }
}
