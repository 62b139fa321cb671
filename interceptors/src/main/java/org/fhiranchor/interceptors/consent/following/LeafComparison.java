package org.fhiranchor.interceptors.consent.following;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.recording.RecordedWriter;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.CanonicalResource;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.Statement;

/**
 * Holds stored resources against the newest leaf of their chain (FOL-3). The content of a leaf is
 * the digest of what a read returns, its version and instant included: another version, or the same
 * one edited, has another digest.
 */
public final class LeafComparison {
  private final ConfirmedLeaves leaves;

  /** Compares with these. */
  public LeafComparison(ConfirmedLeaves leaves) {
    this.leaves = leaves;
  }

  /** What became of a comparison. */
  public enum Result {
    /** It is what was written last. */
    FITS,
    /** The log has never heard of it: it is older than the log, or was inserted by SQL. */
    NOT_RECORDED,
    /** It is not what was written last. */
    EDITED
  }

  /** The chain of the leaves of a resource, {@code "Observation/1"}. */
  public static String chain(String reference) {
    return "resource:" + reference;
  }

  /** What became of a comparison, and who wrote what fits. */
  public record Compared(Result result, RecordedWriter writer) {}

  /**
   * Compares one resource.
   *
   * @param json as a read returns it; empty when there is none, or it is deleted
   */
  public Compared compare(String reference, Optional<String> json) {
    ConfirmedLeaves.Chain chain = leaves.newest(List.of(chain(reference))).of(chain(reference));
    Result result = compare(chain, json.flatMap(LeafComparison::digest), json.isPresent());
    return new Compared(result, result == Result.FITS ? writer(chain) : RecordedWriter.UNKNOWN);
  }

  /** Who wrote what the newest leaf of a chain states. */
  static RecordedWriter writer(ConfirmedLeaves.Chain chain) {
    return chain
        .newest()
        .map(leaf -> RecordedWriter.of(leaf.record()))
        .orElse(RecordedWriter.UNKNOWN);
  }

  static Result compare(ConfirmedLeaves.Chain chain, Optional<Digest> content, boolean stored) {
    if (chain.doubt().isPresent()) {
      return Result.EDITED;
    }
    Optional<Statement> newest = chain.newest().map(ConfirmedLeaves.Leaf::statement);
    if (newest.isEmpty()) {
      return stored ? Result.NOT_RECORDED : Result.FITS;
    }
    Optional<Digest> written =
        newest.get() instanceof Statement.ResourceVersion version
            ? version.content()
            : Optional.empty();
    return written.equals(content) && written.isPresent() == stored ? Result.FITS : Result.EDITED;
  }

  /** The digest of what a read returns; empty when it has no canonical form. */
  public static Optional<Digest> digest(String json) {
    try {
      return Optional.of(CanonicalResource.of(json.getBytes(UTF_8)).sha256());
    } catch (CanonicalFormException notAsWritten) {
      return Optional.empty();
    }
  }

  /** The patient that a Consent's newest leaf names, in its record. */
  static Optional<String> consentPatient(ConfirmedLeaves.Chain chain) {
    return chain
        .newest()
        .map(leaf -> JsonValue.parse(leaf.record().getBytes(UTF_8), 1 << 16, 4))
        .filter(JsonValue.Obj.class::isInstance)
        .map(object -> ((JsonValue.Obj) object).members().get("consentPatient"))
        .filter(JsonValue.Str.class::isInstance)
        .map(text -> ((JsonValue.Str) text).text());
  }
}
