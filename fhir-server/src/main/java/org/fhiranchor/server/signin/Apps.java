package org.fhiranchor.server.signin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.consent.operations.KeyApps;
import org.fhiranchor.interceptors.identity.demo.IssuerKeyFile;
import org.fhiranchor.ledger.secret.SecretFile;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;

/**
 * The apps that may sign people in: the console, whose addresses follow the server's port, and
 * those that registered, in {@code <data>/issuer/clients.json}.
 */
final class Apps implements RegisteredClientRepository {
  /** The client id of the console. */
  static final String CONSOLE = KeyApps.CONSOLE;

  /** The most that are registered at a time. */
  static final int MOST = 200;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final SecretFile file;
  private final SignInAddress address;
  private final Map<String, App> registered = new LinkedHashMap<>();

  private Apps(SecretFile file, SignInAddress address) {
    this.file = file;
    this.address = address;
  }

  /**
   * Those of this data folder.
   *
   * @throws IllegalStateException when the file does not describe clients
   */
  static Apps of(Path data, SignInAddress address) {
    Apps apps = new Apps(IssuerKeyFile.of(data, "clients.json"), address);
    try {
      List<App> known =
          JSON.readValue(apps.file.readOrMake(() -> "[]"), new TypeReference<List<App>>() {});
      known.forEach(
          app -> {
            app.registered();
            apps.registered.put(app.id(), app);
          });
      return apps;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "%s: want a list of clients; remove the file and apps register anew"
              .formatted(apps.file.path()),
          e);
    }
  }

  /**
   * Keeps one more. In its place the oldest goes that nobody has signed in to, so that whoever
   * registers very many takes no place from an app that somebody uses.
   *
   * @return false when there are {@link #MOST} that are used
   */
  synchronized boolean add(App app) {
    app.registered();
    List<App> all = new ArrayList<>(registered.values());
    if (all.size() >= MOST) {
      Optional<App> oldest = all.stream().filter(App::unused).findFirst();
      if (oldest.isEmpty()) {
        return false;
      }
      all.remove(oldest.get());
    }
    all.add(app);
    keep(all);
    return true;
  }

  /** Somebody has signed in to this app: from now on it keeps its place. */
  synchronized void used(String id) {
    if (Optional.ofNullable(registered.get(id)).filter(App::unused).isPresent()) {
      keep(
          registered.values().stream().map(app -> app.id().equals(id) ? app.used() : app).toList());
    }
  }

  private void keep(List<App> all) {
    write(all);
    registered.clear();
    all.forEach(app -> registered.put(app.id(), app));
  }

  private void write(List<App> all) {
    try {
      file.replace(JSON.writeValueAsString(all));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The client of this id. */
  synchronized Optional<App> app(String id) {
    return id.equals(CONSOLE) ? Optional.of(console()) : Optional.ofNullable(registered.get(id));
  }

  /** Those that an EHR launches. */
  synchronized List<App> launched() {
    return registered.values().stream().filter(app -> app.launchUri() != null).toList();
  }

  private App console() {
    return new App(
        CONSOLE,
        "FHIR Anchor console",
        address.everyOrigin().stream().map(origin -> origin + "/").toList(),
        address.everyOrigin().stream().map(origin -> origin + "/").toList(),
        List.of("authorization_code", "refresh_token"),
        App.NONE,
        String.join(" ", PersonScopes.offered()),
        null,
        null,
        null,
        0,
        true,
        false);
  }

  @Override
  public void save(RegisteredClient client) {
    throw new UnsupportedOperationException("clients are registered at the registration endpoint");
  }

  @Override
  public @Nullable RegisteredClient findById(String id) {
    return findByClientId(id);
  }

  @Override
  public @Nullable RegisteredClient findByClientId(String id) {
    return app(id).map(App::registered).orElse(null);
  }
}
