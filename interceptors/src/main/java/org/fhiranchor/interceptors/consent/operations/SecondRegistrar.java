package org.fhiranchor.interceptors.consent.operations;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.SealKey;

/**
 * What two registrars do together (WHO-6): the first one's request is answered with a code, and
 * takes effect when another one hands the code in within 24 hours. The code holds all there is to
 * know, under a seal of the log's nodes: nothing is stored, and whoever has only the database can
 * make none. It is good for the key that the patient held when it was made, and for no other.
 */
public final class SecondRegistrar {
  static final Duration VALIDITY = Duration.ofHours(24);
  private static final int DIGEST = 32;
  private static final int LENGTH = Long.BYTES + 3 * DIGEST;
  private static final int MOST_TEXT = 200;
  private static final Digest NO_SEAL = Digest.of(new byte[DIGEST]);

  private final SealKey key;
  private final Clock clock;

  /** Codes of this key's log. */
  public SecondRegistrar(LogSigningKey key, Clock clock) {
    this.key = key.sealKey("registrar");
    this.clock = clock;
  }

  /** A code, and the last second at which it counts. */
  record Proposal(String code, Instant until) {}

  /**
   * What the patient has when a code is made.
   *
   * @param bindings how many keys were ever bound to the patient, this one among them
   */
  record Held(SubjectKey key, int bindings) {}

  Proposal propose(Requester first, PatientId patient, Held held) {
    Instant until = Instant.ofEpochSecond(clock.instant().plus(VALIDITY).getEpochSecond());
    byte[] sealed = new Code(until.getEpochSecond(), subject(first), user(first), NO_SEAL).bytes();
    byte[] whole = join(sealed, key.seal(sealed, about(patient, held)).bytes());
    return new Proposal(Base64.getUrlEncoder().withoutPadding().encodeToString(whole), until);
  }

  /**
   * Whether this registrar may go on.
   *
   * @throws UnprocessableEntityException when the code is none, is too old, or is for another
   *     patient or another key
   * @throws ForbiddenOperationException when it is the code of the same registrar
   */
  void requireAnother(Requester second, PatientId patient, Held held, String code) {
    Code read = Code.of(code);
    if (!key.fits(read.seal().bytes(), read.bytes(), about(patient, held))
        || clock.instant().isAfter(Instant.ofEpochSecond(read.until()))) {
      throw new UnprocessableEntityException(
          "confirmation: want the code of the last 24 hours for this patient and the key held now");
    }
    if (read.subject().equals(subject(second)) || read.user().equals(user(second))) {
      throw new ForbiddenOperationException("confirmation: want another registrar than the first");
    }
  }

  private static byte[] about(PatientId patient, Held held) {
    SubjectKey key = held.key();
    return "%s %s %d %d"
        .formatted(patient.reference(), key.address().hex(), key.boundBlock(), held.bindings())
        .getBytes(UTF_8);
  }

  private Digest subject(Requester registrar) {
    return digest("subject", registrar.subject());
  }

  private Digest user(Requester registrar) {
    return digest(
        "user",
        registrar
            .fhirUser()
            .orElseThrow(
                () ->
                    new ForbiddenOperationException(
                        "a registrar's token must say who they are (fhirUser)")));
  }

  private Digest digest(String kind, String name) {
    return key.seal(kind.getBytes(UTF_8), name.getBytes(UTF_8));
  }

  private static byte[] join(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  /** The parts of a code; the last second at which it counts may be any number until it fits. */
  private record Code(long until, Digest subject, Digest user, Digest seal) {
    static Code of(String text) {
      byte[] all = decoded(text);
      if (all.length != LENGTH) {
        throw none();
      }
      return new Code(
          ByteBuffer.wrap(all).getLong(),
          Digest.of(Arrays.copyOfRange(all, Long.BYTES, Long.BYTES + DIGEST)),
          Digest.of(Arrays.copyOfRange(all, Long.BYTES + DIGEST, LENGTH - DIGEST)),
          Digest.of(Arrays.copyOfRange(all, LENGTH - DIGEST, LENGTH)));
    }

    private static byte[] decoded(String text) {
      if (text.length() > MOST_TEXT) {
        throw none();
      }
      try {
        return Base64.getUrlDecoder().decode(text);
      } catch (IllegalArgumentException wrong) {
        throw none();
      }
    }

    private static UnprocessableEntityException none() {
      return new UnprocessableEntityException("confirmation: want a code that this server made");
    }

    /** What is sealed. */
    byte[] bytes() {
      return ByteBuffer.allocate(Long.BYTES + 2 * DIGEST)
          .putLong(until)
          .put(subject.bytes())
          .put(user.bytes())
          .array();
    }
  }
}
