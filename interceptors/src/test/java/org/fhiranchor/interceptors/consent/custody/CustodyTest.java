package org.fhiranchor.interceptors.consent.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.UUID;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlKeysInCustody;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.evm.PatientKey;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** CG-4: keys in custody are encrypted at rest. */
final class CustodyTest {
  private static final PatientId ALICE = new PatientId("alice");

  private final SecureRandom random = new SecureRandom();

  @Test
  @DisplayName("CG-4 a sealed key opens for its patient, also after a restart, and for nobody else")
  void opensForItsPatientOnly(@TempDir Path folder) {
    Path file = folder.resolve("data/custody-key");
    Custody custody = CustodyKeyFile.loadOrCreate(file, true, random);
    PatientKey key = custody.generate();
    Bytes sealed = custody.seal(ALICE, key);
    assertThat(sealed.hex()).doesNotContain(key.secret().hex().substring(2));
    Custody restarted = CustodyKeyFile.load(file, random).orElseThrow();
    assertThat(restarted.open(ALICE, sealed).address()).isEqualTo(key.address());
    assertThatThrownBy(() -> custody.open(new PatientId("bob"), sealed))
        .isInstanceOf(CustodyException.class);
  }

  @Test
  @DisplayName("CG-4 a key that was changed or sealed under another key does not open")
  void refusesChangedKeys(@TempDir Path folder) {
    Custody custody = CustodyKeyFile.loadOrCreate(folder.resolve("one"), true, random);
    byte[] sealed = custody.seal(ALICE, custody.generate()).toArray();
    Custody other = CustodyKeyFile.loadOrCreate(folder.resolve("two"), true, random);
    assertThatThrownBy(() -> other.open(ALICE, Bytes.of(sealed)))
        .isInstanceOf(CustodyException.class);
    sealed[sealed.length - 1] ^= 1;
    assertThatThrownBy(() -> custody.open(ALICE, Bytes.of(sealed)))
        .isInstanceOf(CustodyException.class);
    assertThatThrownBy(() -> custody.open(ALICE, Bytes.EMPTY)).isInstanceOf(CustodyException.class);
  }

  @Test
  @DisplayName("CG-4 the key file is for its owner only; a broken one is told without its digits")
  void keepsTheFileToItself(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("custody-key");
    assertThat(CustodyKeyFile.load(file, random)).isEmpty();
    CustodyKeyFile.loadOrCreate(file, true, random);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.writeString(file, "xyz" + "0".repeat(61));
    assertThatThrownBy(() -> CustodyKeyFile.load(file, random))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining("xyz");
  }

  @Test
  @DisplayName("CG-4 a lost key file is not made anew while keys are sealed with it")
  void isNotMadeInPlaceOfALostOne(@TempDir Path folder) {
    Path file = folder.resolve("custody-key");
    JdbcDataSource data = new JdbcDataSource();
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    SqlKeysInCustody keys = new SqlKeysInCustody(jdbc);
    assertThat(keys.areThere()).isFalse();
    jdbc.update(
        "insert into subject_key (patient, address, custody, sealed, bound_block) values ('alice',"
            + " '0x1', 'server', ?, 1)",
        new byte[] {1});
    assertThat(keys.areThere()).isTrue();
    assertThatThrownBy(() -> CustodyKeyFile.loadOrCreate(file, !keys.areThere(), random))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("Restore it");
    assertThat(file).doesNotExist();
  }
}
