package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.yaml.snakeyaml.Yaml;

/** docker/compose.yaml as a text; scripts/containers.sh runs it. */
final class ComposeFileTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("anchor.root", "..")).resolve("docker");

  private Map<String, Object> file = Map.of();

  @BeforeEach
  void read() throws IOException {
    file = new Yaml().load(Files.readString(FOLDER.resolve("compose.yaml")));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> in(Map<String, Object> map, String key) {
    return (Map<String, Object>) Objects.requireNonNull(map.get(key), key);
  }

  private Map<String, Object> service(String name) {
    return in(in(file, "services"), name);
  }

  @Test
  @DisplayName("CG-4 both servers have the same files of keys, the custody key among them")
  void sharesTheCustodyKey() {
    Map<String, Object> one = new HashMap<>(service("server-1"));
    Map<String, Object> two = new HashMap<>(service("server-2"));
    assertThat(one.remove("volumes")).isEqualTo(List.of("server-1:/data"));
    assertThat(two.remove("volumes")).isEqualTo(List.of("server-2:/data"));
    assertThat(one).isEqualTo(two);
    assertThat(Objects.requireNonNull((List<?>) one.get("secrets")))
        .asString()
        .contains("custody-key", "log-key");
    assertThat(in(one, "environment"))
        .containsEntry("ANCHOR_CONSENT_CUSTODY_KEY", "/run/secrets/custody-key");
  }

  @Test
  @DisplayName("SET-3 each setting in the compose file and in deployment.env.example is one")
  void namesSettingsThatAreRead() throws IOException {
    Map<String, Object> given = new HashMap<>(in(service("server-1"), "environment"));
    for (String line : Files.readAllLines(FOLDER.resolve("deployment.env.example"))) {
      given.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
    }
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .forEach(s -> environment.getPropertySources().remove(s.getName()));
    environment
        .getPropertySources()
        .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", given));
    ConfigurationPropertySources.attach(environment);
    assertThat(AnchorSettingsReader.KEYS.unknownIn(environment)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("no service is root, may become it, or writes to its root file system")
  @ValueSource(strings = {"server-1", "server-2", "balancer", "database", "tombstones", "chain"})
  void isConfined(String name) {
    assertThat(service(name))
        .containsEntry("user", "10001:10001")
        .containsEntry("read_only", true)
        .containsEntry("cap_drop", List.of("ALL"))
        .containsEntry("security_opt", List.of("no-new-privileges:true"));
    assertThat(in(file, "services")).hasSize(6);
  }
}
