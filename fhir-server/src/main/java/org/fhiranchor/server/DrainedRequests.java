package org.fhiranchor.server;

import java.time.Duration;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.springframework.boot.web.embedded.jetty.JettyServerCustomizer;

/**
 * Lets a request that still comes in when the server is told to stop take its time: with Jetty's
 * own limit a client that pauses for a second is cut off. Less than the time that a stop takes at
 * most ({@code spring.lifecycle.timeout-per-shutdown-phase}).
 */
final class DrainedRequests implements JettyServerCustomizer {
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  @Override
  public void customize(Server server) {
    for (Connector connector : server.getConnectors()) {
      if (connector instanceof AbstractConnector ours) {
        ours.setShutdownIdleTimeout(LONGEST_PAUSE.toMillis());
      }
    }
  }
}
