package org.fhiranchor.interceptors.consent.following;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.Digest;

/** Keys that, asked for many at once, come late: whoever loads has compiled by then. */
record KeysThatWait(SubjectKeys keys, CountDownLatch asked, CountDownLatch go)
    implements SubjectKeys {
  @Override
  public Map<PatientId, List<SubjectKey>> of(Collection<PatientId> patients) {
    asked.countDown();
    try {
      if (!go.await(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody let the keys go");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return keys.of(patients);
  }

  @Override
  public List<SubjectKey> of(PatientId patient) {
    return keys.of(patient);
  }

  @Override
  public boolean bind(PatientId patient, SubjectKey key, int known) {
    return keys.bind(patient, key, known);
  }

  @Override
  public Digest subject(PatientId patient) {
    return keys.subject(patient);
  }
}
