package org.fhiranchor.interceptors.store.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Optional;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.CanonicalJson;
import org.fhiranchor.merkle.CanonicalResource;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * The digest of a stored version, without HAPI's parser where the stored text is spelled as HAPI
 * writes it: id and meta are put in, and the canonical form is made of the text itself.
 */
final class StoredContent {
  private static final DateTimeFormatter UTC_MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final FhirContext context;

  StoredContent(FhirContext context) {
    this.context = context;
  }

  /** Which version a text is of. */
  record Version(String type, String id, String number, Instant updated, Optional<String> source) {}

  /** Whether this text, read as that version, is what was recorded. */
  boolean is(Digest recorded, Version version, String text) {
    return Optional.of(recorded).equals(ofText(version, text))
        || Optional.of(recorded).equals(byParser(version, text));
  }

  private static Optional<Digest> ofText(Version version, String text) {
    String begin = "{\"resourceType\":\"" + version.type() + "\"";
    if (!text.startsWith(begin)) {
      return Optional.empty();
    }
    StringBuilder read = new StringBuilder(text.length() + 160).append(begin);
    read.append(",\"id\":").append(quoted(version.id()));
    String meta = ",\"meta\":{";
    boolean hasMeta = text.startsWith(meta, begin.length());
    read.append(meta);
    read.append("\"versionId\":").append(quoted(version.number()));
    read.append(",\"lastUpdated\":\"").append(UTC_MILLIS.format(version.updated())).append('"');
    version.source().ifPresent(source -> read.append(",\"source\":").append(quoted(source)));
    int rest = begin.length();
    if (hasMeta) {
      rest += meta.length();
      read.append(text.startsWith("}", rest) ? "" : ",");
    } else {
      read.append('}');
    }
    return canonical(read.append(text, rest, text.length()).toString());
  }

  private static String quoted(String text) {
    return new JsonValue.Str(text).toJson();
  }

  private static Optional<Digest> canonical(String json) {
    try {
      return Optional.of(CanonicalResource.of(json.getBytes(UTF_8)).sha256());
    } catch (CanonicalFormException notAsWritten) {
      return Optional.empty();
    }
  }

  /** As a read returns it; empty also where the parser passes over something in the text. */
  private Optional<Digest> byParser(Version version, String text) {
    try {
      IParser parser = context.newJsonParser();
      IBaseResource resource = parser.parseResource(text);
      if (!sameText(text, parser.encodeResourceToString(resource))) {
        return Optional.empty();
      }
      resource.setId(version.type() + "/" + version.id() + "/_history/" + version.number());
      resource.getMeta().setVersionId(version.number());
      resource.getMeta().setLastUpdated(Date.from(version.updated()));
      version
          .source()
          .ifPresent(
              source -> {
                if (resource instanceof org.hl7.fhir.r4.model.Resource r4) {
                  r4.getMeta().setSource(source);
                }
              });
      return canonical(parser.encodeResourceToString(resource));
    } catch (DataFormatException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean sameText(String stored, String again) {
    try {
      return java.util.Arrays.equals(CanonicalJson.of(stored), CanonicalJson.of(again));
    } catch (CanonicalFormException noJson) {
      return false;
    }
  }
}
