package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;

/**
 * Finds what belongs to a patient alone, whose it is being decided as the gate decides it, for each
 * version: a resource that once belonged to somebody else too, or to nobody, is not the patient's
 * alone.
 *
 * <p>Whatever names the patient, or something that is the patient's, in any version, is looked at:
 * over HAPI's links, and in the texts of all versions, which are read again for what the last
 * reading found, until it finds nothing more.
 */
public final class PatientRecord {
  private static final String BINARY = "Binary";

  private final FhirContext context;
  private final ErasureRows rows;
  private final BatchJobs jobs;
  private final Tombstones tombstones;
  private final LocalReferences references;
  private final RelatedResources related;
  private final Function<String, Optional<PatientId>> subscribers;

  /**
   * Looks among these rows.
   *
   * @param related what the gate looks at to tell whose a resource is
   * @param subscribers the patient whose own a Subscription of this id is
   */
  public PatientRecord(
      FhirContext context,
      ErasureRows rows,
      BatchJobs jobs,
      Tombstones tombstones,
      LocalReferences references,
      RelatedResources related,
      Function<String, Optional<PatientId>> subscribers) {
    this.context = context;
    this.rows = rows;
    this.jobs = jobs;
    this.tombstones = tombstones;
    this.references = references;
    this.related = related;
    this.subscribers = subscribers;
  }

  /**
   * What there is of a patient.
   *
   * @param own what belongs to this patient alone, in steps: each was found by what stands after
   *     it, and the patient is the last one. Whoever destroys them in this order can begin anew.
   * @param kept what names the patient, or the patient's resources, in any version, and does not
   *     belong to this patient alone
   * @param jobs those of HAPI's jobs that name one of these, or whose files do
   * @param looked the names of all that was looked at
   */
  public record Found(
      List<List<ErasureRows.Stored>> own, Set<String> kept, Set<String> jobs, Set<String> looked) {
    /** Whether nothing of the patient is there. */
    boolean isNothing() {
      return own.isEmpty();
    }

    /** All that belongs to the patient alone. */
    List<ErasureRows.Stored> all() {
      return own.stream().flatMap(List::stream).toList();
    }
  }

  /** Looks for it. */
  public Found of(PatientId patient) {
    Search search = new Search(patient);
    List<ErasureRows.Stored> self = rows.find("Patient", patient.value()).stream().toList();
    search.begin(self);
    search.around(search.take(rows.referringTo(self)));
    search.around(search.take(rows.subscriptionsOf(patient)));
    search.readTexts();
    search.takeBinaries();
    Set<String> named = jobs.saying(search::isNamedIn);
    List<ErasureRows.Stored> files =
        new ExportedFiles(context, rows).with(patient, search.own, named);
    search.takeFiles(files);
    return new Found(
        search.steps.stream().filter(one -> !one.isEmpty()).toList(),
        search.kept,
        named,
        search.looked);
  }

  /** One look for the record of a patient. */
  private final class Search {
    private final PatientId patient;
    private final OwnVersions versions;
    private final NamesInText names;
    private final Predicate<String> erased;
    private final List<List<ErasureRows.Stored>> steps = new ArrayList<>();
    private final Set<String> looked = new HashSet<>();
    private final Set<String> own = new LinkedHashSet<>();
    private final Set<String> kept = new LinkedHashSet<>();
    private final Set<String> unread = new LinkedHashSet<>();

    /** Binaries that are the patient's if all that refers to them is. */
    private final Map<Long, ErasureRows.Stored> binaries = new LinkedHashMap<>();

    Search(PatientId patient) {
      this.patient = patient;
      this.names = new NamesInText(patient);
      this.erased = tombstones.erasedWith(patient);
      this.versions = new OwnVersions(context, patient, references, related, erased);
    }

    void begin(List<ErasureRows.Stored> self) {
      steps.add(self);
      self.forEach(one -> looked.add(one.name()));
      self.forEach(one -> own.add(one.name()));
      unread.add(patient.reference());
    }

    /** Those among them that belong to the patient alone, each once. */
    List<ErasureRows.Stored> take(Collection<ErasureRows.Stored> candidates) {
      List<ErasureRows.Stored> found = new ArrayList<>();
      for (ErasureRows.Stored one : candidates) {
        if (looked.add(one.name())) {
          if (one.type().equals(BINARY)) {
            binaries.put(one.key(), one);
            unread.add(one.name());
          } else if (isSubscribed(one) || versions.areAll(one, rows.texts(one), own::contains)) {
            own.add(one.name());
            found.add(one);
          } else {
            kept.add(one.name());
          }
        }
      }
      return found;
    }

    /** Whoever wrote a Subscription last owns it, whatever it asks for. */
    private boolean isSubscribed(ErasureRows.Stored one) {
      return one.type().equals("Subscription")
          && subscribers.apply(one.id()).filter(patient::equals).isPresent();
    }

    /** What HAPI's links lead from. */
    void around(List<ErasureRows.Stored> found) {
      List<ErasureRows.Stored> step = found;
      while (!step.isEmpty()) {
        steps.add(0, step);
        step.forEach(one -> unread.add(one.name()));
        List<ErasureRows.Stored> next = take(rows.referringTo(step));
        next.addAll(take(rows.binariesOf(step)));
        step = next;
      }
    }

    /** What names, in any version, what was not looked for in the texts yet. */
    void readTexts() {
      Predicate<String> gone = erased;
      while (!unread.isEmpty()) {
        Set<String> wanted = Set.copyOf(unread);
        Predicate<String> also = gone;
        unread.clear();
        around(take(naming(name -> wanted.contains(name) || also.test(name))));
        gone = name -> false;
      }
    }

    private Collection<ErasureRows.Stored> naming(Predicate<String> wanted) {
      Map<Long, ErasureRows.Stored> found = new LinkedHashMap<>();
      rows.eachText(
          (one, text) -> {
            if (!looked.contains(one.name())
                && !found.containsKey(one.key())
                && names.isIn(text, wanted)) {
              found.put(one.key(), one);
            }
          });
      return found.values();
    }

    /** Whether a text names the patient, or what is the patient's or was. */
    boolean isNamedIn(String text) {
      return names.isIn(
          text,
          name -> name.equals(patient.reference()) || own.contains(name) || erased.test(name));
    }

    /** They go before what refers to them: without it nobody could tell whose they are. */
    void takeBinaries() {
      List<ErasureRows.Stored> step = new ArrayList<>();
      binaries
          .values()
          .forEach(
              one -> {
                if (versions.areAll(one, rows.texts(one), own::contains)) {
                  step.add(one);
                } else {
                  kept.add(one.name());
                }
              });
      step.forEach(one -> own.add(one.name()));
      steps.add(0, step);
    }

    void takeFiles(List<ErasureRows.Stored> files) {
      files.forEach(one -> looked.add(one.name()));
      files.forEach(one -> kept.remove(one.name()));
      Set<ErasureRows.Stored> already = new HashSet<>();
      steps.forEach(already::addAll);
      steps.add(0, files.stream().filter(one -> !already.contains(one)).toList());
    }
  }
}
