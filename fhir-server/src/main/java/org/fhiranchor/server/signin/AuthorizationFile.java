package org.fhiranchor.server.signin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.demo.IssuerKeyFile;
import org.fhiranchor.ledger.secret.SecretFile;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;

/**
 * What was authorized, in {@code <data>/issuer/authorizations.json}, so that a restart signs nobody
 * out. The tokens stand there as they are: whoever reads the key beside it signs any they like.
 */
final class AuthorizationFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SecretFile file;
  private final Apps apps;
  private final DemoPeople people;
  private final Content found;

  private AuthorizationFile(SecretFile file, Apps apps, DemoPeople people, Content found) {
    this.file = file;
    this.apps = apps;
    this.people = people;
    this.found = found;
  }

  /**
   * What the file holds.
   *
   * @param spent refresh tokens that were exchanged, each with the id of its authorization, oldest
   *     first
   */
  record Content(List<KeptAuthorization> authorizations, Map<String, String> spent) {
    Content {
      authorizations = List.copyOf(authorizations);
      spent = new LinkedHashMap<>(spent);
    }
  }

  /**
   * That of this data folder.
   *
   * @throws IllegalStateException when the file does not describe authorizations
   */
  static AuthorizationFile of(Path data, Apps apps, DemoPeople people) {
    SecretFile file = IssuerKeyFile.of(data, "authorizations.json");
    try {
      String text = file.readOrMake(() -> "{\"authorizations\":[],\"spent\":{}}");
      Content found = JSON.readValue(text, Content.class);
      found.authorizations().forEach(KeptAuthorization::check);
      return new AuthorizationFile(file, apps, people, found);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "%s: want authorizations; remove the file and everybody signs in anew"
              .formatted(file.path()),
          e);
    }
  }

  /** Those whose app and person are still known, oldest first. */
  List<OAuth2Authorization> authorizations() {
    return found.authorizations().stream()
        .map(one -> one.restored(apps, people))
        .flatMap(Optional::stream)
        .toList();
  }

  /** As {@link Content#spent}. */
  Map<String, String> spent() {
    return found.spent();
  }

  /** Once it returns the file holds these and no others, also after the power went away. */
  void write(Collection<OAuth2Authorization> authorizations, Map<String, String> spent) {
    List<KeptAuthorization> kept = new ArrayList<>();
    authorizations.forEach(one -> KeptAuthorization.of(one).ifPresent(kept::add));
    try {
      file.replace(JSON.writeValueAsString(new Content(kept, spent)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
