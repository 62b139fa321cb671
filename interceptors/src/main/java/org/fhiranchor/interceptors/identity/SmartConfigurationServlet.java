package org.fhiranchor.interceptors.identity;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Serves the SMART configuration where it is mapped, to everybody. */
public final class SmartConfigurationServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient byte[] document;

  /** Serves this document. */
  public SmartConfigurationServlet(SmartConfiguration configuration) {
    this.document = configuration.json().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    write(document, response);
  }

  static void write(byte[] document, HttpServletResponse response) throws IOException {
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "public, max-age=300");
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
  }
}
