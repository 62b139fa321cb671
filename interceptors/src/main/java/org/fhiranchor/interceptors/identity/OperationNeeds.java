package org.fhiranchor.interceptors.identity;

import static java.util.Map.entry;
import static org.fhiranchor.interceptors.identity.Need.all;
import static org.fhiranchor.interceptors.identity.Need.either;
import static org.fhiranchor.interceptors.identity.Need.on;
import static org.fhiranchor.interceptors.identity.Need.role;
import static org.fhiranchor.interceptors.identity.Need.system;
import static org.fhiranchor.interceptors.identity.scope.Permission.READ;
import static org.fhiranchor.interceptors.identity.scope.Permission.SEARCH;
import static org.fhiranchor.interceptors.identity.scope.Permission.UPDATE;
import static org.fhiranchor.interceptors.identity.scope.SmartScope.ANY_TYPE;

import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.fhiranchor.interceptors.identity.scope.Role;

/**
 * Which scopes an operation ({@code $…}) asks for. The table is an allow-list: an operation that is
 * not in it is refused, also one that a later HAPI release adds. Printed for people in
 * docs/operate/identity.md.
 */
final class OperationNeeds {
  /** From the type in the URL ({@code "*"} when there is none) to the need. */
  private static final Map<String, Function<String, Need>> TABLE =
      Map.ofEntries(
          // FHIR's own: a patient's whole record, documents, graphs
          entry("$everything", type -> on(type, READ, SEARCH)),
          entry("$graphql", type -> on(ANY_TYPE, READ, SEARCH)),
          entry("$document", type -> on(ANY_TYPE, READ)),
          entry("$summary", type -> all(on(type, READ), on(ANY_TYPE, READ, SEARCH))),
          entry("$lastn", type -> on(type, READ, SEARCH)),
          entry("$diff", type -> on(type, READ)),
          entry("$meta", type -> on(type, READ)),
          entry("$meta-add", type -> on(type, UPDATE)),
          entry("$meta-delete", type -> on(type, UPDATE)),
          entry("$validate", type -> on(type, READ)),
          entry("$binary-access-read", type -> on(type, READ)),
          entry("$binary-access-write", type -> on(type, UPDATE)),
          // terminology and conformance
          entry("$expand", type -> on(type, READ)),
          entry("$lookup", type -> on(type, READ)),
          entry("$validate-code", type -> on(type, READ)),
          entry("$subsumes", type -> on(type, READ)),
          entry("$translate", type -> on(type, READ)),
          entry("$snapshot", type -> on(type, READ)),
          // bulk data
          entry("$export", type -> system(READ, SEARCH)),
          entry("$export-poll-status", type -> system(READ, SEARCH)),
          // running the server
          entry("$get-resource-counts", type -> either(role(Role.OPERATOR), system(SEARCH))),
          entry("$reindex", type -> role(Role.OPERATOR)),
          entry("$reindex-dryrun", type -> role(Role.OPERATOR)),
          entry("$reindex-terminology", type -> role(Role.OPERATOR)),
          entry("$erase", type -> role(Role.OPERATOR)),
          entry("$end-resources-without-version", type -> role(Role.OPERATOR)),
          entry("$invalidate-expansion", type -> role(Role.OPERATOR)),
          entry("$trigger-subscription", type -> role(Role.OPERATOR)),
          entry("$upload-external-code-system", type -> role(Role.OPERATOR)),
          // this project's: proofs, consents, accountings
          entry("$proof", type -> on(type, READ)),
          entry("$verify", type -> on(type, READ)),
          entry("$verify-store", type -> either(role(Role.OPERATOR), role(Role.COMPLIANCE))),
          entry("$prepare", type -> on(type, READ)),
          entry("$ledger-status", type -> on(type, READ)),
          entry("$grant", type -> on(type, UPDATE)),
          entry("$revoke", type -> on(type, UPDATE)),
          entry("$enroll-key", type -> on(type, UPDATE)),
          entry("$keys", type -> on(type, READ)),
          entry(
              "$disclosures",
              type -> either(role(Role.COMPLIANCE), role(Role.OPERATOR), on(type, READ))),
          entry(
              "$explain-access", type -> either(role(Role.COMPLIANCE), new Need.SomeAccess(READ))),
          entry("$replay", type -> role(Role.COMPLIANCE)),
          entry("$export-provenance", type -> either(role(Role.OPERATOR), role(Role.COMPLIANCE))));

  /** Those that look at one resource, which is decided about as in a read. */
  private static final Set<String> OF_ONE_RESOURCE =
      Set.of("$everything", "$meta", "$proof", "$verify", "$binary-access-read", "$explain-access");

  private OperationNeeds() {}

  /** Whether the table has this operation, whoever may ask for it. */
  static boolean knows(String operation) {
    return TABLE.containsKey(operation);
  }

  static Need of(String operation, String type) {
    Need need = TABLE.getOrDefault(operation, any -> Need.undecided()).apply(type);
    return OF_ONE_RESOURCE.contains(operation) ? need : need.whole();
  }
}
