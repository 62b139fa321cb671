package org.fhiranchor.bench.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fhiranchor.interceptors.store.h2.OneWriterDataSource;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** H2 in a file, opened as the server opens it. */
public final class H2Database extends ScratchDatabase {
  private final SingleConnectionDataSource connection;
  private final Path file;

  private H2Database(SingleConnectionDataSource connection, Path file, LogSigningKey key) {
    super(new OneWriterDataSource(connection), key);
    this.connection = connection;
    this.file = file;
  }

  /** Makes one in the folder. */
  public static H2Database in(Path folder, String name, LogSigningKey key) {
    Path base = folder.resolve(name);
    String url = "jdbc:h2:file:" + base.toAbsolutePath() + ";WRITE_DELAY=0";
    return new H2Database(
        new SingleConnectionDataSource(url, "sa", "", true),
        base.resolveSibling(name + ".mv.db"),
        key);
  }

  @Override
  public String name() {
    return "H2 (file)";
  }

  @Override
  public long bytes() {
    jdbc().execute("checkpoint sync");
    try {
      return Files.size(file);
    } catch (IOException failed) {
      throw new UncheckedIOException("size of " + file, failed);
    }
  }

  @Override
  public void close() {
    jdbc().execute("shutdown immediately");
    connection.destroy();
  }
}
