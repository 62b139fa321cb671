package org.fhiranchor.interceptors.consent.operations;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.merkle.LogSigningKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Codes with which a second registrar confirms what a first one asked for. */
final class SecondRegistrarTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final PatientId PATIENT = new PatientId("p");
  private static final SecondRegistrar.Held HELD =
      new SecondRegistrar.Held(
          new SubjectKey(
              Address.parse("0x00000000000000000000000000000000000000a1"),
              Optional.empty(),
              7,
              Optional.empty()),
          1);

  private final LogSigningKey key = LogSigningKey.generate("log.example/a", new SecureRandom());

  private SecondRegistrar at(Instant instant) {
    return new SecondRegistrar(key, Clock.fixed(instant, ZoneOffset.UTC));
  }

  private static Requester registrar(String subject, String user) {
    return new Requester(
        subject,
        Optional.empty(),
        Optional.of(user).filter(name -> !name.isEmpty()),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        SmartScopes.parse("anchor/registrar"));
  }

  private static final Requester FIRST = registrar("one", "Practitioner/one");
  private static final Requester SECOND = registrar("two", "Practitioner/two");

  @Test
  @DisplayName("WHO-6 a code counts for 24 hours, to the second")
  void endsAfterADay() {
    String code = at(NOW).propose(FIRST, PATIENT, HELD).code();
    Duration day = SecondRegistrar.VALIDITY;
    assertThatCode(() -> at(NOW.plus(day)).requireAnother(SECOND, PATIENT, HELD, code))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> at(NOW.plus(day).plusMillis(1)).requireAnother(SECOND, PATIENT, HELD, code))
        .isInstanceOf(UnprocessableEntityException.class);
  }

  @Test
  @DisplayName("WHO-6 one person with two logins is one registrar, and so is one login of two")
  void oneIsNotTwo() {
    String code = at(NOW).propose(FIRST, PATIENT, HELD).code();
    for (Requester same :
        new Requester[] {
          registrar("one", "Practitioner/two"), registrar("two", "Practitioner/one")
        }) {
      assertThatThrownBy(() -> at(NOW).requireAnother(same, PATIENT, HELD, code))
          .isInstanceOf(ForbiddenOperationException.class);
    }
    assertThatThrownBy(() -> at(NOW).requireAnother(registrar("two", ""), PATIENT, HELD, code))
        .isInstanceOf(ForbiddenOperationException.class)
        .hasMessageContaining("fhirUser");
  }

  @Test
  @DisplayName("WHO-6 a code with another time is none, whatever time that is")
  void anotherTime() {
    String code = at(NOW).propose(FIRST, PATIENT, HELD).code();
    for (char first : "ABgw_".toCharArray()) {
      String changed = first + code.substring(1);
      if (!changed.equals(code)) {
        assertThatThrownBy(() -> at(NOW).requireAnother(SECOND, PATIENT, HELD, changed))
            .isInstanceOf(UnprocessableEntityException.class);
      }
    }
  }

  @Test
  @DisplayName("WHO-6 another log's code is none")
  void anotherLog() {
    String code =
        new SecondRegistrar(
                LogSigningKey.generate("log.example/b", new SecureRandom()),
                Clock.fixed(NOW, ZoneOffset.UTC))
            .propose(FIRST, PATIENT, HELD)
            .code();
    assertThatThrownBy(() -> at(NOW).requireAnother(SECOND, PATIENT, HELD, code))
        .isInstanceOf(UnprocessableEntityException.class);
  }

  @Test
  @DisplayName("KEY-4 a code does not fit once a key was bound again, in the same block too")
  void boundAgain() {
    String code = at(NOW).propose(FIRST, PATIENT, HELD).code();
    SecondRegistrar.Held again = new SecondRegistrar.Held(HELD.key(), HELD.bindings() + 1);
    assertThatThrownBy(() -> at(NOW).requireAnother(SECOND, PATIENT, again, code))
        .isInstanceOf(UnprocessableEntityException.class);
  }
}
