package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles a Consent again once a write of it, or of what it names, is committed, and before the
 * write is answered on this node. {@link ChangeFollowing} hears of it here and on every other node,
 * whatever happens to this. Register on the JPA registry.
 */
@Interceptor
public final class ConsentWrites implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConsentWrites.class);

  /** A write is answered after this long even when the index is not ready: its leaf is pending. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ConsentIndexLoader loader;
  private final SamePerson people;
  private final AfterCommit afterCommit;
  // A thread of its own: the writer's connection and transaction are not quite done after commit.
  private final ExecutorService refresher =
      Executors.newSingleThreadExecutor(ConsentWrites::thread);

  /** Tells this loader, and of roles whoever knows what people are called. */
  public ConsentWrites(ConsentIndexLoader loader, SamePerson people, AfterCommit afterCommit) {
    this.loader = loader;
    this.people = people;
    this.afterCommit = afterCommit;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "anchor-consent-writes");
    thread.setDaemon(true);
    return thread;
  }

  /** A first version. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    written(resource);
  }

  /** A later version. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(@Nullable IBaseResource before, IBaseResource after) {
    written(after);
  }

  /** A deletion. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) {
    written(resource);
  }

  private void written(IBaseResource resource) {
    String type = resource.fhirType();
    String id = resource.getIdElement().getIdPart();
    if (SamePerson.isRole(type)) {
      afterCommit.run(() -> refresh(() -> people.refresh(Set.of(id))));
    }
    Set<ConsentResourceId> affected =
        type.equals("Consent")
            ? Set.of(new ConsentResourceId(id))
            : loader.dependsOn(type + "/" + id);
    for (ConsentResourceId consent : affected) {
      afterCommit.run(() -> refresh(() -> loader.refresh(consent)));
    }
  }

  /** The write is durable whatever happens here, so nothing may fail it any more. */
  private void refresh(Runnable work) {
    Future<?> done = refresher.submit(work);
    try {
      done.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("a write is not taken over yet, its leaf is pending", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    refresher.shutdownNow();
  }
}
