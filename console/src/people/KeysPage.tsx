import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { ask, parameters, valueOf, type Parameters } from "../fhir/ask";
import { ownName } from "../fhir/names";
import type { Session } from "../fhir/session";
import { base64url, createPasskey, registryOf, signAs, signWith, type PasskeySignature } from "../passkey/passkey";
import { digestOf, type TypedData } from "../passkey/typed-data";
import { chosenAccount, hasWallet, signInWallet } from "../passkey/wallet";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import type { PeopleWords } from "../words/people-en";
import { Failure } from "./Answered";
import { KeysShown } from "./KeysShown";

const SITE = "FHIR Anchor";

/** Makes a passkey, and proves to the server that this browser has it. */
async function enrolPasskey(session: Session, { keys, sign }: PeopleWords): Promise<string> {
  if (!("credentials" in navigator) || typeof PublicKeyCredential === "undefined") {
    throw new Error(keys.none);
  }
  const path = `${session.user}/$enroll-key`;
  const { id, publicKey } = await createPasskey(SITE, await ownName(session));
  const toSign = await ask<Parameters>(session, path, parameters({ publicKey }));
  const site = valueOf(toSign, "relyingParty") ?? "";
  if (site !== location.hostname) {
    throw new Error(keys.otherSite(site));
  }
  return bindSigned(session, toSign, sign, false, (data) => signWith(id, publicKey, digestOf(data)));
}

/** Binds the passkey that counts now once more: what registrars asked for until now has no effect (KEY-4). */
async function veto(session: Session, address: string, { sign }: PeopleWords): Promise<string> {
  const toSign = await ask<Parameters>(session, `${session.user}/$enroll-key`, parameters({ address }));
  return bindSigned(session, toSign, sign, true, (data) => signAs(address, registryOf(data), digestOf(data)));
}

async function bindSigned(
  session: Session,
  toSign: Parameters,
  { differs }: PeopleWords["sign"],
  again: boolean,
  by: (data: TypedData) => Promise<PasskeySignature>,
): Promise<string> {
  const data = JSON.parse(valueOf(toSign, "typedData") ?? "{}") as TypedData;
  if (data.primaryType !== "KeyBinding" || base64url(digestOf(data)) !== valueOf(toSign, "challenge")) {
    throw new Error(differs);
  }
  const proof = { ...(await by(data)), deadline: valueOf(toSign, "deadline") ?? "", ...(again ? { veto: true } : {}) };
  return valueOf(await ask<Parameters>(session, `${session.user}/$enroll-key`, parameters(proof)), "address") ?? "";
}

/** Binds the key of a wallet that this browser has. */
async function enrolWallet(session: Session, { sign }: PeopleWords): Promise<string> {
  const address = await chosenAccount();
  const path = `${session.user}/$enroll-key`;
  const toSign = await ask<Parameters>(session, path, parameters({ address }));
  const data = JSON.parse(valueOf(toSign, "typedData") ?? "{}") as TypedData;
  if (data.primaryType !== "KeyBinding") {
    throw new Error(sign.differs);
  }
  const proof = { address, ...(await signInWallet(address, data)), deadline: valueOf(toSign, "deadline") ?? "" };
  return valueOf(await ask<Parameters>(session, path, parameters(proof)), "address") ?? "";
}

async function enrolInCustody(session: Session): Promise<string> {
  return valueOf(await ask<Parameters>(session, `${session.user}/$enroll-key`, parameters({ custody: "server" })), "address") ?? "";
}

export function KeysPage({ session }: { session: Session }) {
  const { people } = useWords();
  const { keys } = people;
  usePageTitle(keys.title);
  const [bound, setBound] = useState(0);
  const then = (enrol: () => Promise<string>) => async () => {
    const address = await enrol();
    setBound(bound + 1);
    return address;
  };
  return (
    <Stack gap="lg">
      <Title order={1}>{keys.title}</Title>
      <Text>{keys.about}</Text>
      <KeysShown session={session} again={bound}>
        {(address) => (
          <Stack gap="sm">
            <Text>{keys.vetoAbout}</Text>
            <Enrolment id="veto" go={keys.veto} done={keys.vetoDone} enrol={() => veto(session, address, people)} plain />
          </Stack>
        )}
      </KeysShown>
      <Enrolment id="passkey" go={keys.passkey} done={keys.passkeyDone} enrol={then(() => enrolPasskey(session, people))} />
      {hasWallet() && (
        <>
          <Text>{keys.walletAbout}</Text>
          <Enrolment id="wallet" go={keys.wallet} done={keys.walletDone} enrol={then(() => enrolWallet(session, people))} plain />
        </>
      )}
      <Text>{keys.replaces}</Text>
      <Text>{keys.serverAbout}</Text>
      <Enrolment id="custody" go={keys.server} done={keys.serverDone} enrol={then(() => enrolInCustody(session))} plain />
    </Stack>
  );
}

interface EnrolmentProperties {
  id: string;
  go: string;
  done: string;
  plain?: boolean;
  enrol(): Promise<string>;
}

function Enrolment({ id, go, done, plain, enrol }: EnrolmentProperties) {
  const [busy, setBusy] = useState(false);
  const [address, setAddress] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  const start = async () => {
    setBusy(true);
    setFailure(undefined);
    setAddress(undefined);
    try {
      setAddress(await enrol());
    } catch (failed) {
      setFailure(failed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Stack gap="sm">
      <Group>
        <Button id={id} onClick={start} loading={busy} variant={plain ? "default" : "filled"}>
          {go}
        </Button>
      </Group>
      {address !== undefined && (
        <Alert color="green" role="status" title={done} id={`${id}-done`}>
          <span className="exact">{address}</span>
        </Alert>
      )}
      {failure !== undefined && <Failure failure={failure} />}
    </Stack>
  );
}
