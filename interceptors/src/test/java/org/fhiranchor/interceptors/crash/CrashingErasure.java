package org.fhiranchor.interceptors.crash;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.fhiranchor.interceptors.erasure.Erasure;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.fhiranchor.interceptors.erasure.Tombstones;

/** Stands still between the steps of an erasure. */
final class CrashingErasure {
  private CrashingErasure() {}

  static Tombstones of(Tombstones tombstones, Path data) {
    return proxy(
        Tombstones.class,
        (self, method, arguments) -> {
          Object result = method.invoke(tombstones, arguments);
          if (method.getName().equals("set")) {
            CrashPoint.TOMBSTONE_SET.pass(data);
          }
          return result;
        });
  }

  static ErasureRows of(ErasureRows rows, Path data) {
    AtomicInteger transactions = new AtomicInteger();
    return proxy(
        ErasureRows.class,
        (self, method, arguments) -> {
          if (method.getName().equals("lock")) {
            // Each transaction begins with it: what the ones before did is committed.
            (transactions.getAndIncrement() % 2 == 0
                    ? CrashPoint.ERASURE_NAMED
                    : CrashPoint.ERASURE_BEGUN)
                .pass(data);
          }
          Object result = method.invoke(rows, arguments);
          if (method.getName().equals("eraseLeaves")) {
            CrashPoint.ERASURE_OPEN.pass(data);
          }
          return result;
        });
  }

  /** Around the end of the key of the patient's contents. */
  static Erasure.Parts of(Erasure.Parts parts, Path data) {
    return new Erasure.Parts(
        parts.tombstones(),
        parts.record(),
        parts.rows(),
        parts.hapi(),
        parts.sequencer(),
        parts.chains(),
        parts.leaves(),
        parts.tags(),
        subject -> {
          CrashPoint.CONTENTS_NAMED.pass(data);
          parts.keyGone().accept(subject);
          CrashPoint.CONTENT_KEY_GONE.pass(data);
        },
        parts.consentsGone(),
        parts.exportsGone());
  }

  private static <T> T proxy(Class<T> port, InvocationHandler handler) {
    InvocationHandler unwrapped =
        (self, method, arguments) -> {
          try {
            return handler.invoke(self, method, arguments);
          } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
          }
        };
    return port.cast(
        Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, unwrapped));
  }
}
