package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.NewestHead;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.merkle.LogSigningKey;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** The parts list of {@code $verify-store} (EXP-6). */
@AutoConfiguration(
    after = {
      AnchorAutoConfiguration.class,
      LedgerAutoConfiguration.class,
      ConsentAutoConfiguration.class,
      DisclosureAutoConfiguration.class
    })
@ConditionalOnClass(RestfulServer.class)
public class ScanAutoConfiguration {
  private static final String BINARY = "Binary/";

  @Bean
  StoreScan anchorStoreScan(
      LogSigningKey key,
      NewestHead newest,
      StoreScan.Hapi hapi,
      AnchorLedger anchors,
      LedgerConnection connection,
      ObjectProvider<ConsentLedger> consents,
      ObjectProvider<SubjectTags> tags,
      AnchorSettings settings,
      SecureRandom anchorRandom) {
    Optional<ConsentLedger> followed = Optional.ofNullable(consents.getIfAvailable());
    return new StoreScan(
        new StoreScan.Parts(
            key,
            newest::known,
            hapi,
            anchors,
            connection.logId(),
            followed,
            followed.flatMap(any -> ConsentAutoConfiguration.custody(settings, anchorRandom)),
            Optional.ofNullable(tags.getIfAvailable()).map(SubjectTags::fingerprint)));
  }

  @Bean
  StoreScan.Hapi anchorStoreScanHapi(
      FhirContext context,
      ISearchParamRegistry parameters,
      ISearchParamExtractor extractor,
      OwnAddresses own) {
    FactsReader facts =
        new FactsReader(new LocalReferences(own), ZoneId.systemDefault(), RelatedResources.NOTHING_KNOWN);
    return new StoreScan.Hapi(context, parameters, extractor, binaries(context, facts));
  }

  private static Function<String, Set<String>> binaries(FhirContext context, FactsReader facts) {
    return text -> {
      try {
        IBaseResource parsed = context.newJsonParser().parseResource(text);
        return parsed instanceof Resource resource
            ? facts.referencesIn(resource).stream()
                .filter(name -> name.startsWith(BINARY))
                .collect(Collectors.toSet())
            : Set.of();
      } catch (DataFormatException | IllegalArgumentException edited) {
        // The version has a finding of its own.
        return Set.of();
      }
    };
  }
}
