package org.fhiranchor.interceptors.gate.decision;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.model.util.JpaConstants;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.Reason;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Extension;

/**
 * The files of bulk exports (G11): for whoever started the job alone, and only as long as every
 * line in them may be seen.
 */
public final class ExportFiles {
  private final FhirContext context;
  private final ExportJobs jobs;

  public ExportFiles(FhirContext context, ExportJobs jobs) {
    this.context = context;
    this.jobs = jobs;
  }

  /** The job that wrote this file; empty for any other Binary. */
  public static Optional<String> jobOf(IBaseResource resource) {
    return resource instanceof Binary binary
        ? binary.getMeta().getExtensionsByUrl(JpaConstants.BULK_META_EXTENSION_JOB_ID).stream()
            .map(Extension::getValue)
            .filter(Objects::nonNull)
            .map(value -> String.valueOf(value.primitiveValue()))
            .findFirst()
        : Optional.empty();
  }

  ConsentDecision decide(
      Binary file,
      String job,
      AccessSubject asking,
      Function<IBaseResource, ConsentDecision> line) {
    if (!jobs.isOwn(job, asking)) {
      return new Refuse(Reason.ACTOR);
    }
    IParser parser = context.newJsonParser();
    ConsentDecision all = new Permit(Rule.NOT_GOVERNED, java.util.Set.of(), 0);
    byte[] content = Objects.requireNonNullElse(file.getData(), new byte[0]);
    for (String text : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
      ConsentDecision decision = text.isBlank() ? all : line(parser, text, line);
      if (!decision.permitted()) {
        return decision;
      }
      all = decision;
    }
    return all;
  }

  private static ConsentDecision line(
      IParser parser, String text, Function<IBaseResource, ConsentDecision> line) {
    try {
      return line.apply(parser.parseResource(text));
    } catch (DataFormatException e) {
      return new Refuse(Reason.UNSUPPORTED);
    }
  }
}
