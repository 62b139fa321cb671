package org.fhiranchor.interceptors.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.log.serving.RowFacts;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ResourceKey;
import org.springframework.jdbc.core.simple.JdbcClient;

/** From our own table and HAPI's. */
public record SqlRowFacts(JdbcClient jdbc) implements RowFacts {
  @Override
  public Optional<String> kind(LeafIndex index) {
    return jdbc.sql("select kind from anchor_leaf where leaf_index = :index")
        .param("index", index.value())
        .query(String.class)
        .optional();
  }

  @Override
  public List<Instant> storedAt(ResourceKey resource, String version) {
    List<Instant> instants = new ArrayList<>();
    jdbc.sql(
            "select v.RES_UPDATED, case when r.RES_VER = v.RES_VER then r.RES_UPDATED end from"
                + " HFJ_RES_VER v join HFJ_RESOURCE r on r.RES_ID = v.RES_ID where r.RES_TYPE ="
                + " :type and r.FHIR_ID = :id and v.RES_VER = :version")
        .param("type", resource.type())
        .param("id", resource.id())
        .param("version", Long.parseLong(version))
        .query(
            row -> {
              for (int column = 1; column <= 2; column++) {
                Timestamp at = row.getTimestamp(column);
                if (at != null) {
                  instants.add(at.toInstant());
                }
              }
            });
    return instants;
  }
}
