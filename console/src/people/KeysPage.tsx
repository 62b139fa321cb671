import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { flushSync } from "react-dom";
import { ask, parameters, valueOf, type Parameters } from "../fhir/ask";
import { ownName } from "../fhir/names";
import type { Session } from "../fhir/session";
import { addressOf, createPasskey, registryOf, signAs, signWith, type PasskeySignature } from "../passkey/passkey";
import { binds } from "../passkey/terms";
import { digestOf, type TypedData } from "../passkey/typed-data";
import { chosenAccount, hasWallet, isInWallet, signInWallet } from "../passkey/wallet";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import type { PeopleWords } from "../words/people-en";
import { Failure } from "./Answered";
import { DigestShown } from "./DigestShown";
import type { Key } from "./keys";
import { KeysShown } from "./KeysShown";

const SITE = "FHIR Anchor";

/** Shows what a key is about to sign. */
type Show = (data: TypedData) => void;

/** Makes a passkey, and proves to the server that this browser has it. */
async function enrolPasskey(session: Session, { keys, sign }: PeopleWords, show: Show): Promise<string> {
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
  const data = bindingIn(toSign, (data) => addressOf(publicKey, registryOf(data)), sign, show);
  return bind(session, toSign, await signWith(id, publicKey, digestOf(data)));
}

/** Binds the key that counts now once more: what registrars asked for until now has no effect (KEY-4). */
async function veto(session: Session, { kind, address }: Key, { sign, keys }: PeopleWords, show: Show): Promise<string> {
  if (kind === "wallet" && (await chosenAccount()).toLowerCase() !== address.toLowerCase() && !(await isInWallet(address))) {
    throw new Error(keys.notInWallet(address));
  }
  const toSign = await ask<Parameters>(session, `${session.user}/$enroll-key`, parameters({ address }));
  const data = bindingIn(toSign, () => address, sign, show);
  const signature =
    kind === "wallet" ? { address, ...(await signInWallet(address, data)) } : await signAs(address, registryOf(data), digestOf(data));
  return bind(session, toSign, { ...signature, veto: true });
}

/** Binds the key of a wallet that this browser has. */
async function enrolWallet(session: Session, { sign }: PeopleWords, show: Show): Promise<string> {
  const address = await chosenAccount();
  const toSign = await ask<Parameters>(session, `${session.user}/$enroll-key`, parameters({ address }));
  return bind(session, toSign, { address, ...(await signInWallet(address, bindingIn(toSign, () => address, sign, show))) });
}

/** What is to be signed, shown before anything signs it. @param key the address of the key at hand, which a passkey has on that ledger */
function bindingIn(toSign: Parameters, key: (data: TypedData) => string, { differs }: PeopleWords["sign"], show: Show): TypedData {
  const data = JSON.parse(valueOf(toSign, "typedData") ?? "{}") as TypedData;
  if (!binds(data, key(data), valueOf(toSign, "challenge"))) {
    throw new Error(differs);
  }
  show(data);
  return data;
}

type Proof = (PasskeySignature | { address: string; signature: string }) & { veto?: boolean };

async function bind(session: Session, toSign: Parameters, proof: Proof): Promise<string> {
  const given = parameters({ ...proof, deadline: valueOf(toSign, "deadline") ?? "" });
  return valueOf(await ask<Parameters>(session, `${session.user}/$enroll-key`, given), "address") ?? "";
}

async function enrolInCustody(session: Session): Promise<string> {
  return valueOf(await ask<Parameters>(session, `${session.user}/$enroll-key`, parameters({ custody: "server" })), "address") ?? "";
}

export function KeysPage({ session }: { session: Session }) {
  const { people } = useWords();
  const { keys } = people;
  usePageTitle(keys.title);
  const [bound, setBound] = useState(0);
  const then = (enrol: (show: Show) => Promise<string>) => async (show: Show) => {
    const address = await enrol(show);
    setBound(bound + 1);
    return address;
  };
  return (
    <Stack gap="lg">
      <Title order={1}>{keys.title}</Title>
      <Text>{keys.about}</Text>
      <KeysShown session={session} again={bound}>
        {(key) => (
          <Stack gap="sm">
            <Text>{keys.vetoAbout}</Text>
            <Enrolment id="veto" go={keys.veto} done={keys.vetoDone} enrol={(show) => veto(session, key, people, show)} plain />
          </Stack>
        )}
      </KeysShown>
      <Enrolment id="passkey" go={keys.passkey} done={keys.passkeyDone} enrol={then((show) => enrolPasskey(session, people, show))} />
      {hasWallet() && (
        <>
          <Text>{keys.walletAbout}</Text>
          <Enrolment id="wallet" go={keys.wallet} done={keys.walletDone} enrol={then((show) => enrolWallet(session, people, show))} plain />
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
  enrol(show: Show): Promise<string>;
}

function Enrolment({ id, go, done, plain, enrol }: EnrolmentProperties) {
  const [busy, setBusy] = useState(false);
  const { keys } = useWords().people;
  const [address, setAddress] = useState<string>();
  const [toSign, setToSign] = useState<TypedData>();
  const [failure, setFailure] = useState<unknown>();
  const start = async () => {
    setBusy(true);
    setFailure(undefined);
    setAddress(undefined);
    setToSign(undefined);
    try {
      // On the page before the key is asked: who signs can compare.
      setAddress(await enrol((data) => flushSync(() => setToSign(data))));
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
      {toSign && <DigestShown data={toSign} help={keys.digestHelp} />}
      {address !== undefined && (
        <Alert color="green" role="status" title={done} id={`${id}-done`}>
          <span className="exact">{address}</span>
        </Alert>
      )}
      {failure !== undefined && <Failure failure={failure} />}
    </Stack>
  );
}
