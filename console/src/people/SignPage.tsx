import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { bytesToHex } from "@noble/hashes/utils";
import { useEffect, useState } from "react";
import { Refused } from "../fhir/ask";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import { Answered, Failure } from "./Answered";
import { grantConsent, onLedger, prepare, type Prepared } from "./consents";
import { Sentence } from "./MayPage";

const POLL_MS = 1000;
const UNPREPARED = 422;

/** The terms in plain words and in the server's, their digest, and then the signature. */
export function SignPage({ session, id }: { session: Session; id: string }) {
  const { sign, places } = useWords().people;
  usePageTitle(sign.title);
  const prepared = () =>
    prepare(session, id).catch((failure: unknown) => {
      if (failure instanceof Refused && failure.status === UNPREPARED && failure.words.includes("enroll-key")) {
        return undefined;
      }
      throw failure;
    });
  return (
    <Stack gap="lg">
      <Title order={1}>{sign.title}</Title>
      <Answered ask={prepared} again={id}>
        {(found) =>
          found ? (
            <Terms session={session} prepared={found} />
          ) : (
            <Alert color="yellow" title={sign.noKey}>
              <a href="#/keys">{places.keys}</a>
            </Alert>
          )
        }
      </Answered>
    </Stack>
  );
}

function Terms({ session, prepared }: { session: Session; prepared: Prepared }) {
  const { sign } = useWords().people;
  if (!prepared.fits) {
    return (
      <Alert color="red" role="alert" title={sign.differs} id="differs">
        <pre className="exact">{prepared.summary}</pre>
      </Alert>
    );
  }
  return (
    <>
      <section aria-labelledby="terms">
        <Title order={2} id="terms">
          {sign.terms}
        </Title>
        <Sentence session={session} consent={prepared.consent} />
      </section>
      <section aria-labelledby="exact-words">
        <Title order={3} size="h5" id="exact-words">
          {sign.exact}
        </Title>
        <pre className="exact" lang="en">
          {prepared.summary}
        </pre>
      </section>
      <section aria-labelledby="digest-title">
        <Title order={3} size="h5" id="digest-title">
          {sign.digest}
        </Title>
        <Text className="exact" id="digest">
          {bytesToHex(prepared.digest)}
        </Text>
        <Text size="sm">{sign.digestHelp}</Text>
      </section>
      <Signature session={session} prepared={prepared} />
    </>
  );
}

function Signature({ session, prepared }: { session: Session; prepared: Prepared }) {
  const { sign, may, places } = useWords().people;
  const [busy, setBusy] = useState(false);
  const [state, setState] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    if (state !== "pending") {
      return undefined;
    }
    const timer = setInterval(() => {
      onLedger(session, prepared.id).then((now) => setState(now.state), setFailure);
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [state]);
  const go = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      setState((await grantConsent(session, prepared)).state);
    } catch (failed) {
      setFailure(failed);
    } finally {
      setBusy(false);
    }
  };
  if (state !== undefined && state !== "none") {
    return (
      <Alert color="green" role="status" title={sign.done} id="signed" data-state={state}>
        <Text>{state === "pending" ? sign.waiting : may.state[state]}</Text>
        <a href="#/may">{places.may}</a>
      </Alert>
    );
  }
  return (
    <>
      {failure !== undefined && <Failure failure={failure} />}
      <Group>
        <Button onClick={go} loading={busy} id="sign">
          {prepared.inCustody ? sign.goServer : prepared.inWallet ? sign.goWallet : sign.go}
        </Button>
      </Group>
    </>
  );
}
