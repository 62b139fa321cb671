package org.fhiranchor.interceptors.store.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** H2's files under the scheme {@code watched:}, with a question asked at each write. */
public final class WatchedFile extends FilePathWrapper {
  private static volatile BooleanSupplier question = () -> true;
  private static final AtomicInteger WRITES = new AtomicInteger();
  private static final Queue<StackTraceElement[]> NOES = new ConcurrentLinkedQueue<>();

  /** H2 makes them. */
  public WatchedFile() {}

  /** From now on. */
  static void ask(BooleanSupplier question) {
    FilePath.register(new WatchedFile());
    WRITES.set(0);
    NOES.clear();
    WatchedFile.question = question;
  }

  static int writes() {
    return WRITES.get();
  }

  /** From where was written when the answer was no. */
  static Queue<StackTraceElement[]> noes() {
    return NOES;
  }

  @Override
  public String getScheme() {
    return "watched";
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    FileChannel file = super.open(mode);
    return toString().endsWith(".mv.db") ? new Watched(file) : file;
  }

  private static final class Watched extends FileBaseDefault {
    private final FileChannel file;

    Watched(FileChannel file) {
      this.file = file;
    }

    @Override
    public synchronized int write(ByteBuffer source, long position) throws IOException {
      WRITES.incrementAndGet();
      if (!question.getAsBoolean()) {
        NOES.add(Thread.currentThread().getStackTrace());
      }
      return file.write(source, position);
    }

    @Override
    public synchronized int read(ByteBuffer target, long position) throws IOException {
      return file.read(target, position);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void force(boolean metaData) throws IOException {
      file.force(metaData);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return file.tryLock(position, size, shared);
    }

    @Override
    protected void implTruncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }
  }
}
