package org.fhiranchor.interceptors.gate.notice;

import ca.uhn.fhir.jpa.subscription.model.CanonicalSubscription;
import ca.uhn.fhir.jpa.subscription.model.ResourceDeliveryMessage;
import ca.uhn.fhir.util.JsonUtil;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.DisclosureGround;

/** The notice of 42 CFR part 2 in the headers of one notification, which HAPI sends by HTTP. */
public final class DeliveredNotice {
  private DeliveredNotice() {}

  /**
   * Puts it there, if the notification carries the resource. HAPI hands out the one subscription
   * that all its notifications share: this one gets a copy.
   */
  public static void tell(ResourceDeliveryMessage message, Set<DisclosureGround> grounds) {
    CanonicalSubscription shared = message.getSubscription();
    boolean carries =
        Optional.ofNullable(shared.getPayloadString()).filter(type -> !type.isBlank()).isPresent();
    if (grounds.isEmpty() || !carries) {
      return;
    }
    PartTwoNotice notice = new PartTwoNotice();
    notice.add(grounds);
    CanonicalSubscription own =
        JsonUtil.deserialize(JsonUtil.serialize(shared), CanonicalSubscription.class);
    own.addHeader(PartTwoNotice.NOTICE_HEADER + ": " + PartTwoNotice.TEXT);
    notice.headers().forEach(ground -> own.addHeader(PartTwoNotice.GROUND_HEADER + ": " + ground));
    message.setSubscription(own);
  }
}
