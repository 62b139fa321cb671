// Consents as these pages write and read them, and what is done with them on the ledger.
import { answerTo, ask, askAll, askText, parameters, resources, valueOf, type AllFound, type Bundle, type Parameters } from "../fhir/ask";
import type { Session } from "../fhir/session";
import { registryOf, signAs, type PasskeySignature } from "../passkey/passkey";
import { isAbout, withdraws } from "../passkey/terms";
import { digestOf, type TypedData } from "../passkey/typed-data";
import { isInWallet, signInWallet } from "../passkey/wallet";
import type { PeopleWords } from "../words/people-en";
import { keysOf } from "./keys";
import { MOMENT } from "./time";

const HL7 = "http://terminology.hl7.org/CodeSystem";
export const PURPOSES = ["TREAT", "HPAYMT", "HRESCH"];
export const TYPES = [
  "Patient",
  "Observation",
  "Condition",
  "MedicationRequest",
  "AllergyIntolerance",
  "Immunization",
  "DiagnosticReport",
  "DocumentReference",
];

interface Coding {
  system?: string;
  code?: string;
}

interface Provision {
  type?: string;
  period?: { start?: string; end?: string };
  actor?: { role?: { coding?: Coding[] }; reference?: { reference?: string } }[];
  purpose?: Coding[];
  class?: Coding[];
  [member: string]: unknown;
}

export interface Consent {
  resourceType: "Consent";
  id?: string;
  status?: string;
  provision?: Provision;
  [member: string]: unknown;
}

/** What the four steps ask for. */
export interface Wish {
  who: string;
  /** Resource types; none for everything. */
  what: string[];
  why: string;
  /** The last day. */
  until: string;
}

export async function consentsOf(session: Session): Promise<AllFound<Consent>> {
  return askAll<Consent>(session, `Consent?patient=${session.user}&_count=100&_sort=-_lastUpdated`);
}

export async function writeConsent(session: Session, { who, what, why, until }: Wish): Promise<string> {
  const stored = await ask<Consent>(session, "Consent", {
    resourceType: "Consent",
    status: "active",
    scope: { coding: [{ system: `${HL7}/consentscope`, code: "patient-privacy" }] },
    category: [{ coding: [{ system: "http://loinc.org", code: "59284-0" }] }],
    patient: { reference: session.user },
    policyRule: { coding: [{ system: `${HL7}/v3-ActCode`, code: "OPTIN" }] },
    provision: {
      type: "permit",
      period: { end: until },
      actor: [
        { role: { coding: [{ system: `${HL7}/v3-ParticipationType`, code: "IRCP" }] }, reference: { reference: who } },
      ],
      purpose: [{ system: `${HL7}/v3-ActReason`, code: why }],
      ...(what.length > 0 ? { class: what.map((code) => ({ system: "http://hl7.org/fhir/resource-types", code })) } : {}),
    },
  });
  return String(stored.id);
}

const SAID = {
  consent: ["resourceType", "id", "meta", "text", "status", "scope", "category", "patient", "dateTime", "policyRule", "provision"],
  provision: ["type", "period", "actor", "purpose", "class"],
};
const SYSTEMS = {
  scope: `${HL7}/consentscope`,
  role: `${HL7}/v3-ParticipationType`,
  purpose: `${HL7}/v3-ActReason`,
  class: "http://hl7.org/fhir/resource-types",
};

/** Whether the sentence says all that is in it: nothing is in it but what these pages write, with the same codes. */
export function isPlain(consent: Consent): boolean {
  const { provision, scope } = consent;
  if (provision === undefined || !["permit", "deny"].includes(provision.type ?? "")) {
    return false;
  }
  const { period, actor = [], purpose = [], class: types = [] } = provision;
  const codes = (all: Coding[] | undefined, system: string) => (all ?? []).every((one) => one.system === system && one.code !== undefined);
  const scopes = (scope as { coding?: Coding[] } | undefined)?.coding ?? [];
  return (
    Object.keys(consent).every((member) => SAID.consent.includes(member)) &&
    Object.keys(provision).every((member) => SAID.provision.includes(member)) &&
    period?.start === undefined &&
    scopes.length === 1 &&
    scopes.every(({ system, code }) => system === SYSTEMS.scope && code === "patient-privacy") &&
    actor.every(({ role, reference }) => reference?.reference !== undefined && codes(role?.coding, SYSTEMS.role) && (role?.coding ?? []).every(({ code }) => code === "IRCP")) &&
    codes(purpose, SYSTEMS.purpose) &&
    codes(types, SYSTEMS.class)
  );
}

export function actorsOf({ provision }: Consent): string[] {
  return (provision?.actor ?? []).map(({ reference }) => reference?.reference ?? NO_REFERENCE);
}

/** Whom nobody can be found by is not everybody. */
export const NO_REFERENCE = "?";

/** Says MOMENT where its end is. */
export function sentenceOf({ provision = {} }: Consent, names: string[], words: PeopleWords): string {
  const { may, purposes, types } = words;
  const listed = (values: string[], otherwise: string) => (values.length > 0 ? values.join(", ") : otherwise);
  const code = (known: Record<string, string>) => (coding: Coding) => known[coding.code ?? ""] ?? coding.code ?? "";
  const sentence = provision.type === "deny" ? may.deny : may.sentence;
  return sentence(
    listed(names, may.everybody),
    listed((provision.class ?? []).map(code(types)), may.everything),
    listed((provision.purpose ?? []).map(code(purposes)), may.anything),
    provision.period?.end === undefined ? may.always : may.until(MOMENT),
  );
}

export interface OnLedger {
  state: string;
  inCustody: boolean;
  /** Of what is granted: why it permits nothing all the same. */
  obstacle?: string;
}

export async function onLedger(session: Session, id: string): Promise<OnLedger> {
  return ledgerAnswer(await ask<Parameters>(session, `Consent/${id}/$ledger-status`));
}

function ledgerAnswer(answer: Parameters): OnLedger {
  return {
    state: valueOf(answer, "state") ?? "none",
    inCustody: valueOf(answer, "custody") === "server",
    obstacle: valueOf(answer, "inForce") === "false" ? (valueOf(answer, "reason") ?? "") : undefined,
  };
}

/** What there is to read before signing, and the digest that the passkey will sign. */
export interface Prepared {
  id: string;
  consent: Consent;
  summary: string;
  grant: TypedData;
  revocation: TypedData;
  digest: Uint8Array;
  /** Whether what is to be signed is this Consent, by this page's own reckoning. */
  fits: boolean;
  inCustody: boolean;
  /** Whether a wallet of this browser has the key. */
  inWallet: boolean;
}

export async function prepare(session: Session, id: string): Promise<Prepared> {
  const answer = await ask<Parameters>(session, `Consent/${id}/$prepare`);
  const text = await askText(session, `Consent/${id}`);
  const grant = JSON.parse(valueOf(answer, "typedData") ?? "{}") as TypedData;
  return {
    id,
    consent: JSON.parse(text) as Consent,
    summary: valueOf(answer, "summary") ?? "",
    grant,
    revocation: JSON.parse(valueOf(answer, "revocation") ?? "{}") as TypedData,
    digest: digestOf(grant),
    fits: grant.primaryType === "ConsentGrant" && isAbout(grant, valueOf(answer, "salt") ?? "", text),
    inCustody: (await onLedger(session, id)).inCustody,
    inWallet: await isInWallet(String(grant.message["grantor"])),
  };
}

export async function grantConsent(session: Session, prepared: Prepared): Promise<OnLedger> {
  return signed(session, prepared, "$grant", prepared.grant);
}

/** Without the terms' fitting this Consent, or what withdraws fitting those terms, `fits` is false. */
export async function prepareRevocation(session: Session, id: string): Promise<Prepared> {
  const [prepared, keys] = await Promise.all([prepare(session, id), keysOf(session)]);
  const { grant, revocation, fits } = prepared;
  return { ...prepared, fits: fits && withdraws(revocation, grant, keys.map(({ address }) => address)) };
}

/** Ends it on this server before anything is sent to the ledger. */
export async function revokeConsent(session: Session, prepared: Prepared): Promise<OnLedger> {
  return signed(session, prepared, "$revoke", prepared.revocation);
}

/** Without the key that granted it: from now on it denies, whatever the ledger says. */
export async function endWithoutKey(session: Session, id: string): Promise<void> {
  await answerTo(session, `Consent/${id}`, {
    method: "PATCH",
    type: "application/json-patch+json",
    body: [{ op: "replace", path: "/status", value: "inactive" }],
  });
}

async function signed(session: Session, { id, inCustody }: Prepared, operation: string, data: TypedData): Promise<OnLedger> {
  const signature = inCustody ? {} : await signatureOf(String(data.message["grantor"]), data);
  return ledgerAnswer(await ask<Parameters>(session, `Consent/${id}/${operation}`, parameters(signature)));
}

/** By a wallet of this browser that has the key, else by a passkey. */
async function signatureOf(grantor: string, data: TypedData): Promise<PasskeySignature | { signature: string }> {
  return (await isInWallet(grantor)) ? signInWallet(grantor, data) : signAs(grantor, registryOf(data), digestOf(data));
}

/** What the server would decide now about this reader and the patient's record. */
export async function wouldPermit(session: Session, consent: Consent, reader: string): Promise<boolean> {
  const { provision } = consent;
  const query = new URLSearchParams({ resource: await anyOf(session, provision?.class?.[0]?.code), reader });
  (provision?.purpose ?? []).forEach(({ code }) => query.append("purpose", code ?? ""));
  return valueOf(await ask<Parameters>(session, `$explain-access?${query}`), "decision") === "permit";
}

/** A record that the consent is about, or the patient. */
async function anyOf(session: Session, type: string | undefined): Promise<string> {
  if (type === undefined || !TYPES.includes(type) || type === "Patient") {
    return session.user;
  }
  const [first] = resources(await ask<Bundle>(session, `${type}?patient=${session.user}&_count=1`));
  return first === undefined ? session.user : `${type}/${first.id}`;
}
