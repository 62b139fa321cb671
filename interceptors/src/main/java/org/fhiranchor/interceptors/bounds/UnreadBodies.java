package org.fhiranchor.interceptors.bounds;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends requests whose body nobody read, because they were refused first or their answer needs none.
 * The container would close such a connection without a word, and the client's next request on it
 * would go into nothing. A small body is read; before a large one the client is told that the
 * connection ends (RFC 9112 section 9.6). Belongs before all other filters.
 */
public final class UnreadBodies implements Filter {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadBodies.class);

  /** Bytes. */
  private static final int SMALL = 64 * 1024;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request instanceof HttpServletRequest asked
        && response instanceof HttpServletResponse answer
        && hasBody(asked)) {
      Answer ending = new Answer(asked, answer);
      chain.doFilter(request, ending);
      ending.begin();
    } else {
      chain.doFilter(request, response);
    }
  }

  private static boolean hasBody(HttpServletRequest request) {
    return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
  }

  /** Before its first byte, the body is read or the connection's end is announced. */
  private static final class Answer extends HttpServletResponseWrapper {
    private final HttpServletRequest request;
    private boolean begun;

    Answer(HttpServletRequest request, HttpServletResponse answer) {
      super(answer);
      this.request = request;
    }

    private void begin() {
      if (!begun) {
        begun = true;
        if (!isCommitted() && !isReadToTheEnd(request)) {
          setHeader("Connection", "close");
        }
      }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
      begin();
      return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
      begin();
      return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
      begin();
      super.flushBuffer();
    }

    @Override
    public void sendError(int status, String message) throws IOException {
      begin();
      super.sendError(status, message);
    }

    @Override
    public void sendError(int status) throws IOException {
      begin();
      super.sendError(status);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
      begin();
      super.sendRedirect(location);
    }
  }

  /** Waits for a small body alone, and for none that the client holds back until it is asked. */
  private static boolean isReadToTheEnd(HttpServletRequest request) {
    try {
      ServletInputStream body = request.getInputStream();
      long declared = request.getContentLengthLong();
      boolean known = declared >= 0 && request.getHeader("Expect") == null;
      if (!body.isFinished() && known && declared <= SMALL) {
        body.transferTo(OutputStream.nullOutputStream());
      }
      return body.isFinished();
    } catch (IOException | IllegalStateException unreadable) {
      LOG.debug("the body of a request did not come, or somebody else reads it", unreadable);
      return false;
    }
  }
}
