package org.fhiranchor.merkle;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How the records of an export are written. A line is made of its leaf and of the export's head
 * alone, so that whoever has the leaves can make every line again.
 */
public enum ExportFormat {
  /** FHIR resources, one a line, a file for each type. */
  NDJSON,
  /** One line a record (RFC 4180), with a header. */
  CSV,
  /** W3C PROV-JSON. */
  PROV;

  private static final String PROVENANCE = "Provenance.ndjson";
  private static final String AUDIT_EVENT = "AuditEvent.ndjson";
  private static final String TABLE = "records.csv";
  private static final String DOCUMENT = "records.prov.json";

  /** As a parameter says it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The format that a parameter names. */
  public static Optional<ExportFormat> of(String word) {
    return Stream.of(values()).filter(format -> format.word().equals(word)).findFirst();
  }

  /** The files of records, all of which an export has, empty ones too. */
  public List<String> files() {
    return switch (this) {
      case NDJSON -> List.of(AUDIT_EVENT, PROVENANCE);
      case CSV -> List.of(TABLE);
      case PROV -> List.of(DOCUMENT);
    };
  }

  /** The file that has the records of a kind. */
  public String fileOf(ExportKind kind) {
    return switch (this) {
      case NDJSON ->
          kind == ExportKind.DISCLOSURES || kind == ExportKind.REFUSALS ? AUDIT_EVENT : PROVENANCE;
      case CSV -> TABLE;
      case PROV -> DOCUMENT;
    };
  }

  /** What a file begins with; empty for nothing. */
  public String first() {
    return switch (this) {
      case NDJSON -> "";
      case CSV -> ExportCsv.header() + CsvText.END;
      case PROV -> ExportProv.first() + "\n";
    };
  }

  /** The line of a record, with its end. */
  public String line(ExportOrigin origin, ExportedLeaf leaf) {
    return switch (this) {
      case NDJSON -> ExportFhir.line(origin, leaf) + "\n";
      case CSV -> ExportCsv.line(leaf) + CsvText.END;
      case PROV -> ExportProv.line(leaf) + "\n";
    };
  }

  /** What a file ends with; empty for nothing. */
  public String last(ExportOrigin origin) {
    return this == PROV ? ExportProv.last(origin) + "\n" : "";
  }
}
