package org.fhiranchor.interceptors.identity.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.file.Path;
import java.text.ParseException;
import org.fhiranchor.ledger.secret.SecretFile;

/**
 * The demo issuer's private key in {@code <data>/issuer/signing-key.json}, a JWK, readable by its
 * owner alone.
 */
public record IssuerKeyFile(Path path) {
  public static IssuerKeyFile in(Path data) {
    return new IssuerKeyFile(of(data, "signing-key.json").path());
  }

  /** The file of this name in the issuer's folder. */
  public static SecretFile of(Path data, String name) {
    return file(data.resolve("issuer").resolve(name));
  }

  /** The key; made at the first start. */
  public ECKey readOrMake() {
    return parsed(file(path).readOrMake(() -> generate().toJSONString()));
  }

  public ECKey read() {
    if (!file(path).exists()) {
      throw new IllegalStateException(
          "no key at %s: start the server once: make run".formatted(path));
    }
    return parsed(file(path).read());
  }

  private static SecretFile file(Path path) {
    return new SecretFile("demo issuer", path);
  }

  private ECKey parsed(String json) {
    try {
      return ECKey.parse(json);
    } catch (ParseException e) {
      throw new IllegalStateException("%s: want a private JWK".formatted(path), e);
    }
  }

  private static ECKey generate() {
    try {
      return new ECKeyGenerator(Curve.P_256)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .keyIDFromThumbprint(true)
          .generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot make an ES256 key", e);
    }
  }
}
