package org.fhiranchor.interceptors.identity.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.EnumSet;
import java.util.Set;

/**
 * The demo issuer's private key in {@code <data>/issuer/signing-key.json}, a JWK, readable by its
 * owner alone.
 */
public record IssuerKeyFile(Path path) {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final FileAttribute<?> OWNER_FILE = PosixFilePermissions.asFileAttribute(OWNER);
  private static final FileAttribute<?> OWNER_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  public static IssuerKeyFile in(Path data) {
    return new IssuerKeyFile(data.resolve("issuer").resolve("signing-key.json"));
  }

  ECKey readOrMake() {
    if (!Files.exists(path)) {
      make();
    }
    return read();
  }

  public ECKey read() {
    try {
      if (!Files.exists(path)) {
        throw new IllegalStateException(
            "no key at %s: start the server once: make run".formatted(path));
      }
      if (!OWNER.containsAll(Files.getPosixFilePermissions(path))) {
        throw new IllegalStateException("%s: want mode 0600, others can read it".formatted(path));
      }
      return ECKey.parse(Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    } catch (ParseException e) {
      throw new IllegalStateException("%s: want a private JWK".formatted(path), e);
    }
  }

  /**
   * Writes a new key beside its place and links it there, so that a reader sees a whole key or
   * none. If we die here, the file beside is left over and never read. A second server that was
   * faster keeps its key.
   */
  private void make() {
    Path beside = path.resolveSibling("signing-key." + ProcessHandle.current().pid() + ".new");
    try {
      Files.createDirectories(path.getParent(), OWNER_FOLDER);
      Files.deleteIfExists(beside);
      Files.createFile(beside, OWNER_FILE);
      Files.writeString(beside, generate().toJSONString(), StandardCharsets.UTF_8);
      force(beside);
      Files.createLink(path, beside);
      Files.delete(beside);
    } catch (FileAlreadyExistsException e) {
      discard(beside);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file, e);
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
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
