package org.fhiranchor.interceptors.load;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fhiranchor.interceptors.log.recording.VersionRecorder;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** Keeps chosen writes of a node from committing after their leaves have their pending rows. */
@Interceptor(order = HeldWrites.ORDER)
public final class HeldWrites {
  static final int ORDER = VersionRecorder.ORDER + 1;
  private static final long LIMIT_SECONDS = 120;

  /** A write that does not commit until it is released. */
  record Held(CountDownLatch reached, CountDownLatch released) {
    /** Waits until the write is as far as it gets. */
    void await() throws InterruptedException {
      if (!reached.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no such write came");
      }
    }

    void release() {
      released.countDown();
    }
  }

  private final Map<String, Held> held = new ConcurrentHashMap<>();

  private HeldWrites() {}

  static HeldWrites on(RunningServer node) {
    HeldWrites writes = new HeldWrites();
    node.bean(IInterceptorService.class).registerInterceptor(writes);
    return writes;
  }

  /** The next write of this resource. */
  Held hold(String resource) {
    Held one = new Held(new CountDownLatch(1), new CountDownLatch(1));
    held.put(resource, one);
    return one;
  }

  /** A first version. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(IBaseResource resource) throws InterruptedException {
    stay(resource);
  }

  /** A later version. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after) throws InterruptedException {
    stay(after);
  }

  /** A deletion. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) throws InterruptedException {
    stay(resource);
  }

  private void stay(IBaseResource resource) throws InterruptedException {
    Held one = held.remove(resource.fhirType() + "/" + resource.getIdElement().getIdPart());
    if (one != null) {
      one.reached().countDown();
      if (!one.released().await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a held write was never released");
      }
    }
  }
}
