package org.fhiranchor.ledger.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretFileTest {
  @TempDir Path data;

  private SecretFile file;

  @BeforeEach
  void inAFolderThatIsNotThere() {
    file = new SecretFile("anchor.some.key", data.resolve("keys").resolve("some.key"));
  }

  private String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private void nothingElseIsThere() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("keys"))) {
      assertThat(files).containsExactly(file.path());
    }
  }

  @Test
  void isMadeOnceForItsOwnerAlone() throws IOException {
    assertThat(file.exists()).isFalse();
    assertThat(file.readOrMake(() -> "first")).isEqualTo("first");
    assertThat(file.readOrMake(() -> "second")).isEqualTo("first");
    assertThat(mode(file.path())).isEqualTo("rw-------");
    assertThat(mode(data.resolve("keys"))).isEqualTo("rwx------");
    nothingElseIsThere();
  }

  @Test
  void isNeverReplacedByTheOneThatMakesIt() throws IOException {
    file.create("first");
    assertThatThrownBy(() -> file.create("second"))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(file.path().toString());
    assertThat(file.read()).isEqualTo("first");
    nothingElseIsThere();
  }

  @Test
  void isReplacedAsAWholeAndStaysItsOwners() throws IOException {
    file.create("a long first content");
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-rw-rw-"));
    file.replace("second");
    assertThat(file.read()).isEqualTo("second");
    nothingElseIsThere();
  }

  @Test
  void leavesNothingBesideWhatCannotBeReplaced() throws IOException {
    Files.createDirectories(file.path().resolve("a folder in its place"));
    assertThatThrownBy(() -> file.replace("second"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("anchor.some.key: cannot write " + file.path());
    nothingElseIsThere();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwx------"})
  void isRefusedWhileOthersCanReadOrChangeIt(String mode) throws IOException {
    file.create("a secret");
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString(mode));
    assertThatThrownBy(file::read)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "anchor.some.key: %s: want mode rw-------, got %s; run chmod 600 on it"
                .formatted(file.path(), mode));
  }

  /** As secrets are mounted into a container. */
  @Test
  void mayBeForReadingOnly() throws IOException {
    file.create("a secret");
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("r--------"));
    assertThat(file.read()).isEqualTo("a secret");
  }

  /** Root gives a file away; whoever else runs this finds one of root's. */
  @Test
  void mayBeReadByOthersWhereAnotherUserHandedItOver() throws IOException {
    Path handed = Path.of("/etc/passwd");
    if (new UnixSystem().getUid() == 0) {
      file.create("a secret");
      handed = file.path();
      Files.setAttribute(handed, "unix:uid", 65534);
      Files.setPosixFilePermissions(handed, PosixFilePermissions.fromString("rw-rw-r--"));
      SecretFile changeable = new SecretFile("anchor.some.key", handed);
      assertThatThrownBy(changeable::read)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("want mode rw-r--r--, got rw-rw-r--; run chmod 644 on it");
      Files.setPosixFilePermissions(handed, PosixFilePermissions.fromString("r--r--r--"));
    }
    assertThat(new SecretFile("anchor.some.key", handed).read()).isNotEmpty();
  }

  @Test
  void saysInOneWayWhatCannotBeReadOrWritten() throws IOException {
    assertThatThrownBy(file::read)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("anchor.some.key: cannot read " + file.path());
    Files.writeString(data.resolve("keys"), "no folder");
    for (Runnable write :
        List.<Runnable>of(
            () -> file.replace("x"), () -> file.readOrMake(() -> "x"), () -> file.guard())) {
      assertThatThrownBy(write::run)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("anchor.some.key: cannot write " + file.path());
    }
  }

  @Test
  void saysWhereItCannotBeLinkedToItsPlace() throws IOException {
    SecretFile.Linking onFat =
        (name, made) -> {
          throw new FileSystemException(
              name.toString(), made.toString(), "Operation not permitted");
        };
    assertThatThrownBy(() -> file.create("a secret", onFat))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "anchor.some.key: cannot write %s: want a file system with hard links (not FAT, some"
                + " network mounts): Operation not permitted",
            file.path());
    try (Stream<Path> files = Files.list(data.resolve("keys"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void takesFromOthersWhatALibraryOrAnEarlierServerLeftToThem() throws IOException {
    file.guard();
    assertThat(file.path()).isEmptyFile();
    Files.writeString(file.path(), "tags");
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r--r--"));
    file.guard();
    assertThat(mode(file.path())).isEqualTo("rw-------");
    assertThat(file.read()).isEqualTo("tags");
  }

  @Test
  void hasOneContentForAllWhoMakeItAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 50; round++) {
        SecretFile one = new SecretFile("key", data.resolve("r" + round).resolve("key"));
        List<Callable<String>> makers =
            IntStream.range(0, 2)
                .<Callable<String>>mapToObj(i -> () -> one.readOrMake(() -> "made by " + i))
                .toList();
        for (Future<String> got : threads.invokeAll(makers)) {
          assertThat(got.get()).isEqualTo(one.read());
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
