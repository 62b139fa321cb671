package org.fhiranchor.interceptors.export;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.gate.AccountingTime;
import org.fhiranchor.interceptors.gate.OperationParameters;
import org.fhiranchor.merkle.ExportFilter;
import org.fhiranchor.merkle.ExportFormat;
import org.fhiranchor.merkle.ExportKind;

/** The parameters that start an export, strictly: what is not known is an error. */
record ExportParameters(ExportFilter filter, ExportFormat format) {
  private static final Set<String> KNOWN =
      Set.of(
          "_since", "_until", "patient", "agent", "resource", "kind", "_outputFormat", "_format");

  private static final int LONGEST = 500;
  private static final Pattern RESOURCE =
      Pattern.compile("[A-Z][A-Za-z]{0,63}(/[A-Za-z0-9.-]{1,64})?");

  static ExportParameters of(OperationParameters parameters) {
    parameters.requireKnown(KNOWN);
    DisclosureStore.Within within = within(parameters);
    ExportFilter filter =
        new ExportFilter(
            from(within.fromMillis()),
            before(within.toMillis()),
            patient(parameters),
            values(parameters, "agent"),
            resources(parameters),
            kinds(parameters));
    return new ExportParameters(filter, format(parameters));
  }

  private static InvalidRequestException wrong(String what) {
    return new InvalidRequestException("$export-provenance: " + what);
  }

  /** Values that were repeated, or separated by commas. */
  private static List<String> values(OperationParameters parameters, String name) {
    List<String> all = new ArrayList<>();
    for (String value : parameters.all(name)) {
      all.addAll(List.of(value.split(",", -1)));
    }
    if (all.size() > ExportFilter.MOST_VALUES
        || all.stream().anyMatch(one -> one.isBlank() || one.length() > LONGEST)) {
      throw wrong(
          "%s: want at most %d values, none of them empty"
              .formatted(name, ExportFilter.MOST_VALUES));
    }
    return all;
  }

  private static DisclosureStore.Within within(OperationParameters parameters) {
    try {
      return new AccountingTime(ZoneOffset.UTC)
          .within(parameters.only("_since"), parameters.only("_until"));
    } catch (DateTimeException unreadable) {
      throw wrong(
          "_since, _until: want a FHIR date, dateTime or instant, and _until not before _since");
    }
  }

  private static Optional<Instant> from(long millis) {
    return millis == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /** The last year that can be named has no instant after it. */
  private static Optional<Instant> before(long millis) {
    return millis >= AccountingTime.LAST.toEpochMilli()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(millis + 1));
  }

  private static Optional<String> patient(OperationParameters parameters) {
    return parameters
        .only("patient")
        .map(
            text -> {
              String id = text.startsWith("Patient/") ? text.substring("Patient/".length()) : text;
              if (!PatientId.isValid(id)) {
                throw wrong("patient: want the id of one patient");
              }
              return new PatientId(id).reference();
            });
  }

  private static List<String> resources(OperationParameters parameters) {
    List<String> names = values(parameters, "resource");
    if (!names.stream().allMatch(RESOURCE.asMatchPredicate())) {
      throw wrong("resource: want a type, or a type and an id, such as Observation/1");
    }
    return names;
  }

  private static Set<ExportKind> kinds(OperationParameters parameters) {
    Set<ExportKind> kinds = EnumSet.noneOf(ExportKind.class);
    for (String word : values(parameters, "kind")) {
      kinds.add(
          ExportKind.of(word)
              .orElseThrow(() -> wrong("kind: want versions, disclosures, refusals or consents")));
    }
    return kinds.isEmpty() ? EnumSet.allOf(ExportKind.class) : kinds;
  }

  private static ExportFormat format(OperationParameters parameters) {
    String asked = parameters.only("_outputFormat").orElse("ndjson");
    return switch (asked) {
      case "application/fhir+ndjson", "application/ndjson" -> ExportFormat.NDJSON;
      case "text/csv" -> ExportFormat.CSV;
      default ->
          ExportFormat.of(asked)
              .orElseThrow(() -> wrong("_outputFormat: want ndjson, csv or prov"));
    };
  }
}
