package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.jpa.subscription.model.CanonicalSubscription;
import ca.uhn.fhir.jpa.subscription.model.CanonicalSubscriptionChannelType;
import ca.uhn.fhir.subscription.SubscriptionConstants;
import ca.uhn.fhir.util.HapiExtensions;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelComponent;

/**
 * Which subscriptions send what was decided about and nothing else (G12). HAPI reads extensions
 * that have it send more: what a search finds, the version of later, deletions, a topic's bundle.
 * So every extension is refused but those listed here.
 */
final class PlainSubscriptions {
  private static final Set<String> HARMLESS =
      Set.of(HapiExtensions.EXT_SUBSCRIPTION_RESTHOOK_STRIP_VERSION_IDS);

  private PlainSubscriptions() {}

  /** What makes it another one: the URL of an extension, or a profile; empty for a plain one. */
  static Optional<String> hindrance(Subscription subscription) {
    SubscriptionChannelComponent channel = subscription.getChannel();
    Stream<Extension> extensions =
        Stream.of(
                subscription.getExtension(),
                subscription.getModifierExtension(),
                channel.getExtension(),
                channel.getModifierExtension(),
                ofElement(subscription.getCriteriaElement()),
                ofElement(channel.getPayloadElement()),
                ofElement(channel.getEndpointElement()),
                ofElement(channel.getTypeElement()))
            .flatMap(Collection::stream);
    return Stream.concat(
            extensions.map(Extension::getUrl).filter(url -> !HARMLESS.contains(url)),
            subscription.getMeta().getProfile().stream()
                .map(CanonicalType::getValue)
                .filter(SubscriptionConstants.SUBSCRIPTION_TOPIC_PROFILE_URL::equals))
        .findFirst();
  }

  private static List<Extension> ofElement(Element element) {
    return element.getExtension();
  }

  /** The same of one as HAPI understood it, which may have been stored before anybody looked. */
  static boolean isPlain(CanonicalSubscription subscription) {
    String search = subscription.getPayloadSearchCriteria();
    return (search == null || search.isEmpty())
        && !subscription.isTopicSubscription()
        && !subscription.getSendDeleteMessages()
        && !(subscription.getChannelType() == CanonicalSubscriptionChannelType.RESTHOOK
            && subscription.getRestHookDetails().isDeliverLatestVersion());
  }
}
