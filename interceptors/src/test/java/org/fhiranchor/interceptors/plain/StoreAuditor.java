package org.fhiranchor.interceptors.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import com.google.common.collect.Sets;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.CanonicalResource;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.IdType;

/**
 * Holds against each other what a server answered, what it stored and what its log says (FUZZ-2).
 * The text of a version never changes, so each is hashed once, by the first audit after it has its
 * place in the log; nodes that run on one database hash it once for all of them. A class that used
 * another server, or none, leaves nothing to audit here.
 */
final class StoreAuditor {
  private static final Pattern LOCATION =
      Pattern.compile("\"location\"\\s*:\\s*\"([A-Za-z]+/[^/\"]+)/_history/([0-9]+)\"");
  private static final Pattern HEADER = Pattern.compile("/([A-Za-z]+/[^/]+)/_history/([0-9]+)$");

  private final RunningServer server;
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final Hashed hashed;

  /** Of the audit before, which found all well. */
  private String audited = "";

  /** How many of a log's leaves were held against their contents. */
  private static final class Hashed {
    private long leaves;
  }

  StoreAuditor(RunningServer server) {
    this(server, new Hashed());
  }

  private StoreAuditor(RunningServer server, Hashed hashed) {
    this.server = server;
    this.hashed = hashed;
  }

  /** That of a node on the database of this one, which it audits already. */
  StoreAuditor alsoOf(RunningServer node) {
    return new StoreAuditor(node, hashed);
  }

  /** Notes each version that an answer says is there. */
  void answered(HttpResponse<String> answer) {
    if (answer.statusCode() == 200 || answer.statusCode() == 201) {
      for (String header : List.of("Location", "Content-Location")) {
        answer.headers().firstValue(header).ifPresent(url -> note(HEADER.matcher(url)));
      }
      note(LOCATION.matcher(answer.body()));
    }
  }

  /** Not an event of the journal, whose record {@link LogAuditor} holds against its own leaf. */
  private void note(Matcher version) {
    while (version.find()) {
      if (!version.group(1).startsWith("AuditEvent/disclosure-")) {
        answered.add(version.group(1) + "/" + version.group(2));
      }
    }
  }

  /** Nothing was answered, stored or recorded without the other two. */
  void audit() {
    synchronized (hashed) {
      LogAuditor auditor = new LogAuditor(server);
      Set<String> promised = Set.copyOf(answered);
      String mark = promised.size() + " " + auditor.mark();
      if (mark.equals(audited)) {
        return;
      }
      List<SequencedLeaf> leaves = auditor.recordedEqualsStored();
      // What was answered and is not stored any more is among what was erased.
      assertThat(Sets.difference(promised, auditor.versionIds()))
          .hasSizeLessThanOrEqualTo(auditor.erased().size());
      leaves.stream()
          .filter(leaf -> leaf.index().value() >= hashed.leaves)
          .forEach(this::compareContent);
      hashed.leaves = leaves.isEmpty() ? 0 : leaves.get(leaves.size() - 1).index().value() + 1;
      audited = mark;
    }
  }

  private void compareContent(SequencedLeaf leaf) {
    if (leaf.statement() instanceof Statement.ResourceVersion version) {
      version
          .content()
          .ifPresent(
              digest ->
                  assertThat(stored(version))
                      .as("content of %s/%s", version.resource(), version.version())
                      .isEqualTo(digest));
    }
  }

  private Digest stored(Statement.ResourceVersion version) {
    ResourceKey resource = version.resource();
    FhirContext context = server.fhir();
    String text =
        context
            .newJsonParser()
            .encodeResourceToString(
                server
                    .bean(DaoRegistry.class)
                    .getResourceDao(resource.type())
                    .read(
                        new IdType(resource.type(), resource.id(), version.version()),
                        SystemRequestDetails.forAllPartitions()));
    return CanonicalResource.of(text.getBytes(UTF_8)).sha256();
  }
}
