package org.fhiranchor.interceptors.export;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.gate.AccountingTime;
import org.fhiranchor.merkle.ExportFilter;
import org.fhiranchor.merkle.ExportFormat;
import org.fhiranchor.merkle.ExportKind;
import org.jspecify.annotations.Nullable;

/** The parameters that start an export, strictly: what is not known is an error. */
record ExportParameters(ExportFilter filter, ExportFormat format) {
  private static final Set<String> KNOWN =
      Set.of(
          "_since", "_until", "patient", "agent", "resource", "kind", "_outputFormat", "_format");

  private static final int LONGEST = 500;
  private static final Pattern RESOURCE =
      Pattern.compile("[A-Z][A-Za-z]{0,63}(/[A-Za-z0-9.-]{1,64})?");

  static ExportParameters of(Map<String, String[]> parameters) {
    for (String name : parameters.keySet()) {
      if (!KNOWN.contains(name)) {
        throw wrong("want _since, _until, patient, agent, resource, kind and _outputFormat alone");
      }
    }
    DisclosureStore.Within within = within(parameters);
    ExportFilter filter =
        new ExportFilter(
            bound(within.fromMillis(), Long.MIN_VALUE, 0),
            bound(within.toMillis(), Long.MAX_VALUE, 1),
            patient(parameters),
            values(parameters, "agent"),
            resources(parameters),
            kinds(parameters));
    return new ExportParameters(filter, format(parameters));
  }

  /** The one value of a parameter of a request. */
  static Optional<String> only(RequestDetails request, String name) {
    return only(request.getParameters(), name);
  }

  private static Optional<String> only(Map<String, String[]> parameters, String name) {
    String @Nullable [] values = parameters.get(name);
    if (values == null || values.length == 0) {
      return Optional.empty();
    }
    if (values.length > 1) {
      throw wrong(name + ": want one value");
    }
    return Optional.of(values[0]);
  }

  private static InvalidRequestException wrong(String what) {
    return new InvalidRequestException("$export-provenance: " + what);
  }

  /** Values that were repeated, or separated by commas. */
  private static List<String> values(Map<String, String[]> parameters, String name) {
    List<String> all = new ArrayList<>();
    for (String value : parameters.getOrDefault(name, new String[0])) {
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

  private static DisclosureStore.Within within(Map<String, String[]> parameters) {
    try {
      DisclosureStore.Within within =
          new AccountingTime(ZoneOffset.UTC)
              .within(only(parameters, "_since"), only(parameters, "_until"));
      if (within.fromMillis() > within.toMillis()) {
        throw wrong("want _since before _until");
      }
      return within;
    } catch (DateTimeException unreadable) {
      throw wrong("_since, _until: want a FHIR date, dateTime or instant");
    }
  }

  private static Optional<Instant> bound(long millis, long none, long more) {
    return millis == none ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis + more));
  }

  private static Optional<String> patient(Map<String, String[]> parameters) {
    return only(parameters, "patient")
        .map(
            text -> {
              String id = text.startsWith("Patient/") ? text.substring("Patient/".length()) : text;
              if (!PatientId.isValid(id)) {
                throw wrong("patient: want the id of one patient");
              }
              return new PatientId(id).reference();
            });
  }

  private static List<String> resources(Map<String, String[]> parameters) {
    List<String> names = values(parameters, "resource");
    if (!names.stream().allMatch(RESOURCE.asMatchPredicate())) {
      throw wrong("resource: want a type, or a type and an id, such as Observation/1");
    }
    return names;
  }

  private static Set<ExportKind> kinds(Map<String, String[]> parameters) {
    Set<ExportKind> kinds = EnumSet.noneOf(ExportKind.class);
    for (String word : values(parameters, "kind")) {
      kinds.add(
          ExportKind.of(word)
              .orElseThrow(() -> wrong("kind: want versions, disclosures, refusals or consents")));
    }
    return kinds.isEmpty() ? EnumSet.allOf(ExportKind.class) : kinds;
  }

  private static ExportFormat format(Map<String, String[]> parameters) {
    String asked = only(parameters, "_outputFormat").orElse("ndjson");
    return switch (asked) {
      case "application/fhir+ndjson", "application/ndjson" -> ExportFormat.NDJSON;
      case "text/csv" -> ExportFormat.CSV;
      default ->
          ExportFormat.of(asked)
              .orElseThrow(() -> wrong("_outputFormat: want ndjson, csv or prov"));
    };
  }
}
