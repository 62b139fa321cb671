package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.model.util.JpaConstants;
import ca.uhn.fhir.parser.DataFormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.facts.FactsReader;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Resource;

/**
 * Finds what belongs to a patient alone, whose it is being decided as the gate decides it, for each
 * version: a resource that once belonged to somebody else too belongs to others.
 */
public final class PatientRecord {
  private static final Pattern LINE =
      Pattern.compile("^\\{\"resourceType\":\"([A-Za-z]+)\",\"id\":\"([A-Za-z0-9.-]+)\"");

  private final FhirContext context;
  private final ErasureRows rows;
  private final FactsReader facts;

  /** Looks among these rows. */
  public PatientRecord(FhirContext context, ErasureRows rows, FactsReader facts) {
    this.context = context;
    this.rows = rows;
    this.facts = facts;
  }

  /**
   * What there is of a patient.
   *
   * @param own what belongs to this patient alone, in steps: each refers to those after it at most,
   *     and the patient is the last one. Whoever destroys them in this order can begin anew.
   * @param kept what refers to the patient, or to the patient's resources, and belongs to others
   *     too
   * @param exports the jobs of bulk exports that name the patient, or whose files do
   */
  public record Found(List<List<ErasureRows.Stored>> own, Set<String> kept, Set<String> exports) {
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
    search.own(self);
    List<ErasureRows.Stored> near = new ArrayList<>(rows.withText(patient.reference()));
    near.addAll(rows.referringTo(self));
    List<List<ErasureRows.Stored>> steps = new ArrayList<>();
    steps.add(self);
    List<ErasureRows.Stored> step = search.take(near);
    while (!step.isEmpty()) {
      steps.add(0, step);
      step = around(search, step);
    }
    Set<String> exports = new LinkedHashSet<>(rows.exportsWith(patient.reference()));
    steps.add(0, search.files(exports));
    return new Found(steps.stream().filter(one -> !one.isEmpty()).toList(), search.kept, exports);
  }

  private List<ErasureRows.Stored> around(Search search, List<ErasureRows.Stored> step) {
    List<ErasureRows.Stored> found = new ArrayList<>(search.take(rows.referringTo(step)));
    found.addAll(search.take(rows.binariesOf(step)));
    return found;
  }

  private Optional<Resource> parsed(String text, ErasureRows.Stored of) {
    try {
      IBaseResource read = context.newJsonParser().parseResource(text);
      read.setId(of.name());
      return read instanceof Resource resource ? Optional.of(resource) : Optional.empty();
    } catch (DataFormatException | IllegalArgumentException damaged) {
      // Nobody can tell whose it is: it is kept, and named.
      return Optional.empty();
    }
  }

  /** One look for the record of a patient. */
  private final class Search {
    private final PatientId patient;
    private final Pattern named;
    private final Set<ErasureRows.Stored> seen = new LinkedHashSet<>();
    private final Set<String> own = new LinkedHashSet<>();
    private final Set<String> kept = new LinkedHashSet<>();

    Search(PatientId patient) {
      this.patient = patient;
      this.named = Pattern.compile(Pattern.quote(patient.reference()) + "(?![A-Za-z0-9.-])");
    }

    /** Those among them that belong to the patient alone, each once. */
    List<ErasureRows.Stored> take(List<ErasureRows.Stored> candidates) {
      List<ErasureRows.Stored> found = new ArrayList<>();
      for (ErasureRows.Stored one : candidates) {
        boolean isPatient = one.name().equals(patient.reference());
        if (!isPatient && seen.add(one)) {
          take(one, found);
        }
      }
      return found;
    }

    private void take(ErasureRows.Stored one, List<ErasureRows.Stored> found) {
      List<String> texts = rows.texts(one);
      if (isAlone(texts, one)) {
        own(List.of(one));
        found.add(one);
      } else if (texts.stream().anyMatch(this::names)) {
        kept.add(one.name());
      }
    }

    private void own(List<ErasureRows.Stored> resources) {
      resources.forEach(one -> own.add(one.name()));
    }

    private boolean names(String text) {
      return named.matcher(text).find()
          || own.stream().anyMatch(mine -> text.contains("\"" + mine + "\""));
    }

    /**
     * No version has another owner, or one that could not be made out, and some version has this.
     */
    private boolean isAlone(List<String> texts, ErasureRows.Stored of) {
      boolean owned = false;
      for (String text : texts) {
        Optional<ResourceFacts> read = parsed(text, of).map(facts::read);
        if (read.filter(Search::isComplete).isEmpty()) {
          return false;
        }
        Set<PatientId> owners = read.get().everyOwner();
        if (!owners.isEmpty() && !owners.equals(Set.of(patient))) {
          return false;
        }
        owned |= !owners.isEmpty();
      }
      return owned;
    }

    private static boolean isComplete(ResourceFacts read) {
      return read.owners().complete()
          && !read.owners().unknown()
          && read.parts().stream().allMatch(Search::isComplete);
    }

    /** All files of each export that has a line of the patient's record. */
    private List<ErasureRows.Stored> files(Set<String> jobs) {
      Map<ErasureRows.Stored, String> byFile = new LinkedHashMap<>();
      for (ErasureRows.Stored file : rows.exportFiles()) {
        for (String text : rows.texts(file)) {
          Optional<Binary> binary =
              parsed(text, file).filter(Binary.class::isInstance).map(Binary.class::cast);
          Optional<String> job = binary.flatMap(Search::jobOf);
          if (job.isPresent()) {
            byFile.put(file, job.get());
            if (holds(binary.get())) {
              jobs.add(job.get());
            }
          }
        }
      }
      List<ErasureRows.Stored> files = new ArrayList<>();
      byFile.forEach(
          (file, job) -> {
            if (jobs.contains(job)) {
              files.add(file);
            }
          });
      own(files);
      return files;
    }

    private static Optional<String> jobOf(Binary binary) {
      return Optional.ofNullable(
              binary.getMeta().getExtensionByUrl(JpaConstants.BULK_META_EXTENSION_JOB_ID))
          .map(Extension::getValue)
          .map(value -> String.valueOf(value.primitiveValue()));
    }

    private boolean holds(Binary file) {
      byte[] data = file.hasData() ? file.getData() : new byte[0];
      String lines = new String(data, StandardCharsets.UTF_8);
      return named.matcher(lines).find() || lines.lines().anyMatch(this::isOwn);
    }

    /** HAPI writes a resource's type and id first. */
    private boolean isOwn(String line) {
      Matcher begin = LINE.matcher(line);
      return begin.find() && own.contains(begin.group(1) + "/" + begin.group(2));
    }
  }
}
