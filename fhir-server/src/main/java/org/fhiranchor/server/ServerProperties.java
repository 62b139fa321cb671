package org.fhiranchor.server;

import java.net.URI;
import java.util.List;
import org.fhiranchor.server.ServerSettings.References;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Declares every key under {@code server.fhir.}: a key that has no component here is refused, and
 * editors read the metadata that is made from it. {@link ServerSettingsReader} reads the values.
 *
 * @param baseUrl Address that clients use, when a balancer stands in between.
 * @param references What happens to a reference whose target is not stored.
 * @param parsing Whether unknown elements and malformed values are refused or dropped.
 * @param corsOrigins Browser origins that may call; any when absent.
 * @param pageSize Entries of a page when the client does not say.
 * @param maxPageSize Most entries of a page.
 * @param maxRequestSize Largest request body.
 * @param subscriptions Whether there are rest-hook subscriptions.
 */
@ConfigurationProperties("server.fhir")
record ServerProperties(
    URI baseUrl,
    @DefaultValue("strict") References references,
    @DefaultValue("strict") Parsing parsing,
    List<String> corsOrigins,
    @DefaultValue("20") Integer pageSize,
    @DefaultValue("500") Integer maxPageSize,
    @DefaultValue("128MB") DataSize maxRequestSize,
    @DefaultValue("on") Subscriptions subscriptions) {

  /** What happens to elements that FHIR does not know. */
  enum Parsing {
    /** The request is refused. */
    STRICT,
    /** They are dropped. */
    LENIENT
  }

  /** Whether there are rest-hook subscriptions. */
  enum Subscriptions {
    ON,
    OFF
  }
}
