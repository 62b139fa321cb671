// The keys of a patient, as the server tells them.
import { ask, valueOf, type Parameters } from "../fhir/ask";
import type { Session } from "../fhir/session";

/** A key that is, or was, bound to the patient, as the server tells it. */
export interface Key {
  address: string;
  kind: string;
  current: boolean;
  since?: string;
  /** Of a passkey alone. */
  signCount?: string;
  backupEligible?: string;
  backedUp?: string;
}

export async function keysOf(session: Session): Promise<Key[]> {
  const { parameter = [] } = await ask<Parameters>(session, `${session.user}/$keys`);
  return parameter.map(({ part }) => {
    const said = (name: string) => valueOf({ parameter: part }, name);
    return {
      address: said("address") ?? "",
      kind: said("kind") ?? "",
      current: said("current") === "true",
      since: said("since"),
      signCount: said("signCount"),
      backupEligible: said("backupEligible"),
      backedUp: said("backedUp"),
    };
  });
}
