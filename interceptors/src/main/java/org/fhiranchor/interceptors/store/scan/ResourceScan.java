package org.fhiranchor.interceptors.store.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.Statement;
import org.jspecify.annotations.Nullable;

/** Holds the row with a resource's newest version against the newest leaf of its chain. */
final class ResourceScan {
  private static final String PAGE_OF_RESOURCES =
      "select r.res_id, r.res_type, r.fhir_id, r.res_ver, r.res_version, r.has_tags,"
          + " r.res_published, r.res_updated, r.res_deleted_at, r.hash_sha256, r.sp_has_links,"
          + " r.res_language,"
          + " case when r.partition_id is null and r.partition_date is null then 0 else 1 end as"
          + " partitioned,"
          + " case when r.res_type_id is null or r.res_type_id = (select y.res_type_id from"
          + " hfj_resource_type y where y.res_type = r.res_type) then 1 else 0 end as type_fits,"
          + " (select l.statement from anchor_leaf l where l.chain = 'resource:' || r.res_type ||"
          + " '/' || r.fhir_id order by l.chain desc, l.leaf_index desc limit 1) as newest,"
          + " (select min(x.res_published) from hfj_res_ver x where x.res_id = r.res_id) as"
          + " first_published, (select max(x.res_published) from hfj_res_ver x where x.res_id ="
          + " r.res_id) as last_published, v.res_text_vc from hfj_resource r left join hfj_res_ver"
          + " v on v.res_id = r.res_id and v.res_ver = r.res_ver where r.res_id > ? order by"
          + " r.res_id limit "
          + Scanning.PAGE;

  private static final int MOST_DEPTH = 256;

  private final Scanning scan;
  private final PendingScan pending;
  private final LinkScan links;

  ResourceScan(Scanning scan, PendingScan pending, LinkScan links) {
    this.scan = scan;
    this.pending = pending;
    this.links = links;
  }

  /**
   * A row of {@code HFJ_RESOURCE}, with the text of the version that it points to.
   *
   * @param newest statement of the newest leaf
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Row(
      long id,
      @Nullable String type,
      @Nullable String fhirId,
      long version,
      @Nullable String fhirVersion,
      boolean tags,
      Optional<Instant> published,
      Optional<Instant> updated,
      Optional<Instant> deleted,
      @Nullable String hash,
      boolean hasLinks,
      Optional<String> language,
      boolean partition,
      boolean typeFits,
      byte[] newest,
      Optional<Instant> firstPublished,
      Optional<Instant> lastPublished,
      @Nullable String text) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getLong("res_id"),
          row.getString("res_type"),
          row.getString("fhir_id"),
          row.getLong("res_ver"),
          row.getString("res_version"),
          row.getBoolean("has_tags"),
          VersionRow.instant(row, "res_published"),
          VersionRow.instant(row, "res_updated"),
          VersionRow.instant(row, "res_deleted_at"),
          row.getString("hash_sha256"),
          row.getBoolean("sp_has_links"),
          Optional.ofNullable(row.getString("res_language")),
          row.getInt("partitioned") == 1,
          row.getInt("type_fits") == 1,
          LeafRow.bytes(row, "newest"),
          VersionRow.instant(row, "first_published"),
          VersionRow.instant(row, "last_published"),
          row.getString("res_text_vc"));
    }

    String place() {
      return type + "/" + fhirId;
    }
  }

  void run() {
    long last = Long.MIN_VALUE;
    List<Row> page;
    do {
      page = scan.jdbc().query(PAGE_OF_RESOURCES, (row, n) -> Row.of(row), last);
      page.parallelStream().forEach(this::compare);
      links.read(page);
      scan.advance(page.size());
      last = page.isEmpty() ? last : page.get(page.size() - 1).id();
    } while (page.size() == Scanning.PAGE);
  }

  private void compare(Row row) {
    String place = row.place();
    Optional<Statement.ResourceVersion> newest =
        pending.newest("resource:" + place).or(() -> parsed(row.newest()));
    scan.same(Kind.RESOURCE, place, "RES_VERSION", "R4", VersionScan.word(row.fhirVersion()));
    scan.same(Kind.RESOURCE, place, "HAS_TAGS", false, row.tags());
    scan.same(Kind.RESOURCE, place, "PARTITION_ID", false, row.partition());
    scan.same(Kind.RESOURCE, place, "RES_TYPE_ID fits", true, row.typeFits());
    if (!row.published().equals(row.firstPublished())
        || !row.published().equals(row.lastPublished())) {
      scan.found(Kind.RESOURCE, place, "RES_PUBLISHED is not the same in all of its versions");
    }
    newest.ifPresentOrElse(
        stated -> compare(row, stated),
        () -> scan.found(Kind.RESOURCE, place, "no leaf states a version of it"));
  }

  private void compare(Row row, Statement.ResourceVersion stated) {
    String place = row.place();
    boolean deleted = stated.operation() == Operation.DELETE;
    scan.same(Kind.RESOURCE, place, "RES_VER", stated.version(), Long.toString(row.version()));
    scan.same(Kind.RESOURCE, place, "is deleted", deleted, row.deleted().isPresent());
    Optional<Instant> updated = VersionRow.millis(row.updated());
    boolean fits =
        updated
            .filter(
                at ->
                    deleted
                        ? VersionScan.isSoonAfter(at, stated.recorded())
                        : at.equals(stated.recorded()))
            .isPresent();
    if (!fits) {
      scan.found(
          Kind.RESOURCE,
          place,
          "RES_UPDATED: want %s, got %s".formatted(stated.recorded(), updated.orElse(null)));
    }
    if (deleted) {
      scan.same(Kind.RESOURCE, place, "RES_DELETED_AT", row.updated(), row.deleted());
    } else if (row.text() != null) {
      scan.same(
          Kind.RESOURCE,
          place,
          "HASH_SHA256",
          Hashing.sha256().hashUnencodedChars(row.text()).toString(),
          VersionScan.word(row.hash()));
      // HAPI 8.8 leaves it empty, earlier ones did not
      if (row.language().isPresent() && !row.language().equals(language(row.text()))) {
        scan.found(Kind.RESOURCE, place, "RES_LANGUAGE: want none, or that of the resource");
      }
    }
    if (stated.version().equals("1")) {
      scan.same(
          Kind.RESOURCE,
          place,
          "RES_PUBLISHED",
          Optional.of(stated.recorded()),
          VersionRow.millis(row.published()));
    }
  }

  private static Optional<String> language(String text) {
    try {
      return JsonValue.parse(text.getBytes(UTF_8), Integer.MAX_VALUE, MOST_DEPTH)
                  instanceof JsonValue.Obj resource
              && resource.members().get("language") instanceof JsonValue.Str language
          ? Optional.of(language.text())
          : Optional.empty();
    } catch (CanonicalFormException unreadable) {
      // The version has a finding of its own.
      return Optional.empty();
    }
  }

  private static Optional<Statement.ResourceVersion> parsed(byte[] statement) {
    try {
      return statement.length > 0
              && Statement.parse(statement) instanceof Statement.ResourceVersion version
          ? Optional.of(version)
          : Optional.empty();
    } catch (CanonicalFormException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** Rows by their place in the list, for the links. */
  static List<Long> ids(List<Row> page) {
    List<Long> ids = new ArrayList<>(page.size());
    page.forEach(row -> ids.add(row.id()));
    return ids;
  }
}
