// Checks stored versions in this browser, with the code of verifier-js: the same steps and words as the Java verifier.
import { createVerifier, type Report, type Verifier } from "fhir-anchor-verifier";
import type { Session } from "../session/session";
import { ask } from "./api";
import type { Resource } from "./resource";

/** /actuator/info: what this server says of its log and ledger. */
export interface LogInfo {
  origin: string;
  verifierKey: string;
  logId: string;
  chainId: number;
  anchorContract: string;
  consentContract?: string;
  /** A ledger node; said in embedded mode alone. */
  rpcUrl?: string;
}

export type Checked = { state: "waiting" } | { state: "checked"; report: Report };

let info: Promise<LogInfo> | undefined;
let verifier: Promise<Verifier> | undefined;

export function logInfo(): Promise<LogInfo> {
  info ??= ask(undefined, "../actuator/info", { headers: { Accept: "application/json" } }).then(
    ({ text }) => JSON.parse(text) as LogInfo,
  );
  return info;
}

export function ownVerifier(): Promise<Verifier> {
  verifier ??= logInfo().then(({ verifierKey, rpcUrl, anchorContract, logId }) =>
    createVerifier({
      key: verifierKey,
      ledger: rpcUrl ? { rpc: rpcUrl, contract: anchorContract, logId } : undefined,
    }),
  );
  return verifier;
}

/** Reads one version as it is stored, with its proof, and does every step of the check here. */
export async function checkVersion(session: Session | undefined, resource: Resource): Promise<Checked> {
  const version = `${resource.resourceType}/${resource.id}/_history/${resource.meta?.versionId}`;
  const [stored, proof] = await Promise.all([ask(session, version), ask(session, `${version}/$proof`)]);
  if (proof.status === 202) {
    return { state: "waiting" };
  }
  const report = await (await ownVerifier()).verify({ resource: stored.bytes, proof: proof.bytes });
  return { state: "checked", report };
}
