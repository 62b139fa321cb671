package org.fhiranchor.server;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettingsException;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettingsKeys;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettingsSource;
import org.fhiranchor.server.ServerSettings.References;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.unit.DataSize;

/** Reads {@code server.fhir.} as strictly as {@code anchor.} is read. */
final class ServerSettingsReader {
  /** A new key is a new component of {@link ServerProperties}. */
  static final AnchorSettingsKeys KEYS = AnchorSettingsKeys.of(ServerProperties.class);

  private final AnchorSettingsSource source;

  private ServerSettingsReader(AnchorSettingsSource source) {
    this.source = source;
  }

  /**
   * Reads and checks everything.
   *
   * @throws AnchorSettingsException naming everything that is wrong
   */
  static ServerSettings read(ConfigurableEnvironment environment) {
    AnchorSettingsSource source = new AnchorSettingsSource(environment);
    source.problems(KEYS.unknownIn(environment));
    ServerSettings settings = new ServerSettingsReader(source).read();
    source.finish();
    return settings;
  }

  private ServerSettings read() {
    int maxPage = source.integer("server.fhir.max-page-size", 500, 1, 10_000);
    return new ServerSettings(
        source.url("server.fhir.base-url").map(Object::toString),
        source.choice(
            "server.fhir.references",
            References.STRICT,
            Map.of(
                "strict", References.STRICT,
                "placeholders", References.PLACEHOLDERS,
                "unchecked", References.UNCHECKED)),
        source.choice("server.fhir.parsing", true, Map.of("strict", true, "lenient", false)),
        origins(),
        source.integer("server.fhir.page-size", Math.min(20, maxPage), 1, maxPage),
        maxPage,
        source
            .parsed("server.fhir.max-request-size", "a size from 1MB to 1GB", this::size)
            .orElse(DataSize.ofMegabytes(128).toBytes()),
        source.choice("server.fhir.subscriptions", true, Map.of("on", true, "off", false)));
  }

  private List<String> origins() {
    return source
        .text("server.fhir.cors-origins")
        .map(text -> Arrays.stream(text.split(",", -1)).map(String::strip).toList())
        .orElse(List.of("*"));
  }

  private Optional<Long> size(String text) {
    try {
      return Optional.of(DataSize.parse(text).toBytes())
          .filter(bytes -> bytes >= 1L << 20 && bytes <= 1L << 30);
    } catch (IllegalArgumentException notASize) {
      return Optional.empty();
    }
  }
}
