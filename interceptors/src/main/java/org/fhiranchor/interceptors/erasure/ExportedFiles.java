package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.gate.decision.ExportFiles;
import org.hl7.fhir.r4.model.Binary;

/** The files of bulk exports, which hold lines of many patients. */
record ExportedFiles(FhirContext context, ErasureRows rows) {
  private static final Pattern LINE =
      Pattern.compile("^\\{\"resourceType\":\"([A-Za-z]+)\",\"id\":\"([A-Za-z0-9.-]+)\"");

  /**
   * All files of each export that has a line of the patient's record.
   *
   * @param own names of what is the patient's
   * @param jobs the exports that are known to have one; those that are found are added
   */
  List<ErasureRows.Stored> with(PatientId patient, Set<String> own, Set<String> jobs) {
    Pattern named = Pattern.compile(Pattern.quote(patient.reference()) + "(?![A-Za-z0-9.-])");
    Map<ErasureRows.Stored, String> byFile = new LinkedHashMap<>();
    for (ErasureRows.Stored file : rows.exportFiles()) {
      for (String text : rows.texts(file)) {
        Optional<Binary> binary =
            OwnVersions.parsed(context, text, file)
                .filter(Binary.class::isInstance)
                .map(Binary.class::cast);
        Optional<String> job = binary.flatMap(ExportFiles::jobOf);
        if (job.isPresent()) {
          byFile.put(file, job.get());
          if (holds(binary.get(), named, own)) {
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
    return files;
  }

  private static boolean holds(Binary file, Pattern named, Set<String> own) {
    byte[] data = Objects.requireNonNullElse(file.getData(), new byte[0]);
    String lines = new String(data, StandardCharsets.UTF_8);
    return named.matcher(lines).find() || lines.lines().anyMatch(line -> isOwn(line, own));
  }

  /** HAPI writes a resource's type and id first. */
  private static boolean isOwn(String line, Set<String> own) {
    Matcher begin = LINE.matcher(line);
    return begin.find() && own.contains(begin.group(1) + "/" + begin.group(2));
  }
}
