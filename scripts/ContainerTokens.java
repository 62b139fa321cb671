import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;

/**
 * For containers.sh: an issuer's key set and three tokens of it, as files of a folder.
 * Arguments: the folder, the issuer's URL, the audience.
 */
final class ContainerTokens {
  private static final Instant NOW = Instant.now();

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    EmbeddedIssuer issuer = EmbeddedIssuer.start(folder, Clock.systemUTC());
    Files.writeString(folder.resolve("keys.json"), issuer.publicKeys());
    Map<String, JWTClaimsSet.Builder> tokens =
        Map.of(
            "loader", of(DemoRole.LOADER, "Practitioner/loader", "TREAT"),
            "patient", of(DemoRole.PATIENT, "Patient/eve", "PATRQT").claim("patient", "eve"),
            "doctor", of(DemoRole.PRACTITIONER, "Practitioner/demo-practitioner", "TREAT"));
    for (var token : tokens.entrySet()) {
      JWTClaimsSet claims = token.getValue().issuer(arguments[1]).audience(arguments[2]).build();
      Files.writeString(folder.resolve(token.getKey() + ".token"), issuer.sign(claims));
    }
  }

  private static JWTClaimsSet.Builder of(DemoRole role, String user, String purpose) {
    return new JWTClaimsSet.Builder()
        .subject(user.replaceAll(".*/", ""))
        .claim("client_id", "containers")
        .claim("scope", role.scope())
        .claim("fhirUser", user)
        .claim("purpose_of_use", java.util.List.of(purpose))
        .issueTime(Date.from(NOW))
        .expirationTime(Date.from(NOW.plusSeconds(3600)));
  }
}
