import { Alert, Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Refused } from "../fhir/ask";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import { Answered, Failure } from "./Answered";
import { actorsOf, consentsOf, endWithoutKey, isPlain, NO_REFERENCE, onLedger, prepareRevocation, revokeConsent, sentenceOf, wouldPermit, type Consent, type Prepared } from "./consents";
import { DigestShown } from "./DigestShown";
import { useNames } from "./Name";
import { WithTime } from "./time";

export function MayPage({ session }: { session: Session }) {
  const { may } = useWords().people;
  usePageTitle(may.title);
  return (
    <Stack gap="lg">
      <Title order={1}>{may.title}</Title>
      <Text>{may.about}</Text>
      <Group>
        <Button component="a" href="#/grant">
          {may.permit}
        </Button>
      </Group>
      <Answered ask={() => consentsOf(session)}>
        {(consents) =>
          consents.found.length === 0 ? (
            <Text>{may.none}</Text>
          ) : (
            <>
              {consents.more && <Alert color="yellow" title={may.notAll(consents.found.length)} id="not-all" />}
              {consents.found.map((one) => (
                <OneConsent key={one.id} session={session} consent={one} />
              ))}
            </>
          )
        }
      </Answered>
    </Stack>
  );
}

export function Sentence({ session, consent }: { session: Session; consent: Consent }) {
  const { people } = useWords();
  const names = useNames(session, actorsOf(consent));
  return (
    <>
      <Text fw={600} className="said">
        <WithTime sentence={sentenceOf(consent, names, people)} of={consent.provision?.period?.end ?? ""} />
      </Text>
      {actorsOf(consent).length > 0 && (
        <Text size="sm" className="exact">
          {actorsOf(consent).join(", ")}
        </Text>
      )}
      {!isPlain(consent) && <Text fw={600}>{people.may.more}</Text>}
    </>
  );
}

function OneConsent({ session, consent }: { session: Session; consent: Consent }) {
  const id = String(consent.id);
  const [changes, setChanges] = useState(0);
  return (
    <Card withBorder component="section" data-consent={id}>
      <Stack gap="sm">
        <Sentence session={session} consent={consent} />
        <Answered ask={() => onLedger(session, id)} again={changes}>
          {({ state, obstacle }) => (
            <State session={session} consent={consent} state={state} obstacle={obstacle} onChange={() => setChanges(changes + 1)} />
          )}
        </Answered>
      </Stack>
    </Card>
  );
}

interface StateProperties {
  session: Session;
  consent: Consent;
  state: string;
  obstacle?: string;
  onChange(): void;
}

function State({ session, consent, state, obstacle, onChange }: StateProperties) {
  const { may } = useWords().people;
  const id = String(consent.id);
  const denies = consent.provision?.type === "deny";
  const ended = consent.status !== "active";
  const inForce = state === "granted" && obstacle === undefined;
  return (
    <>
      <div>
        <Badge variant="outline" color={inForce ? "green" : "gray"} data-state={state} data-obstacle={obstacle} className="state">
          {denies && !ended
            ? may.denies
            : obstacle === undefined
              ? (may.state[state] ?? state)
              : may.notInForce(may.obstacles[obstacle] ?? obstacle)}
        </Badge>
      </div>
      {denies && !ended && <EndHere session={session} id={id} />}
      {!denies && (state === "none" || state === "expired") && (
        <Group>
          <Button component="a" href={`#/sign/${id}`} variant="default">
            {may.sign}
          </Button>
        </Group>
      )}
      {!denies && state === "granted" && <Withdraw session={session} id={id} onChange={onChange} />}
      {state === "granted" && <Decision session={session} consent={consent} />}
    </>
  );
}

/** A denial holds with and without a signature, until the Consent itself is ended. */
function EndHere({ session, id }: { session: Session; id: string }) {
  const { may } = useWords().people;
  const [done, setDone] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const end = () => {
    setFailure(undefined);
    endWithoutKey(session, id).then(() => setDone(true), setFailure);
  };
  return (
    <>
      {done ? (
        <Text role="status">{may.denialEnded}</Text>
      ) : (
        <Group>
          <Button variant="default" onClick={end}>
            {may.endDenial}
          </Button>
        </Group>
      )}
      {failure !== undefined && <Failure failure={failure} />}
    </>
  );
}

/** Two clicks: one to say it, which shows what will be signed, one to mean it; a third where the key that granted is lost. */
function Withdraw({ session, id, onChange }: { session: Session; id: string; onChange(): void }) {
  const { may, sign } = useWords().people;
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [prepared, setPrepared] = useState<Prepared>();
  const [failure, setFailure] = useState<unknown>();
  const tries = async (what: () => Promise<unknown>) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await what();
    } catch (failed) {
      setFailure(failed);
    } finally {
      setBusy(false);
    }
  };
  const withdraw = (how: () => Promise<unknown>) => tries(() => how().then(onChange));
  const prepares = async () => {
    const known = prepared ?? (await prepareRevocation(session, id));
    setPrepared(known);
    return known;
  };
  const revokesIfItFits = async (known: Prepared) => (known.fits ? revokeConsent(session, known) : undefined);
  const begin = () => {
    setAsked(true);
    void tries(prepares);
  };
  if (prepared && !prepared.fits) {
    return <Alert color="red" role="alert" title={sign.differs} id="differs" />;
  }
  return (
    <>
      <Group>
        {asked ? (
          <>
            <Button color="red" onClick={() => withdraw(async () => revokesIfItFits(await prepares()))} loading={busy}>
              {may.withdrawNow}
            </Button>
            <Button variant="default" onClick={() => setAsked(false)}>
              {may.keep}
            </Button>
          </>
        ) : (
          <Button variant="default" onClick={begin}>
            {may.withdraw}
          </Button>
        )}
      </Group>
      {asked && prepared && !prepared.inCustody && <DigestShown data={prepared.revocation} help={may.digestHelp} />}
      {failure !== undefined && <Failure failure={failure} />}
      {failure !== undefined && !(failure instanceof Refused) && (
        <>
          <Text>{may.lostAbout}</Text>
          <Group>
            <Button variant="default" onClick={() => withdraw(() => endWithoutKey(session, id))} loading={busy}>
              {may.lost}
            </Button>
          </Group>
        </>
      )}
    </>
  );
}

/** `$explain-access` for each person of the consent, when asked. */
function Decision({ session, consent }: { session: Session; consent: Consent }) {
  const { may } = useWords().people;
  const actors = actorsOf(consent).filter((one) => one !== NO_REFERENCE);
  const names = useNames(session, actors);
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <Group>
        <Button variant="subtle" onClick={() => setAsked(true)}>
          {may.ask}
        </Button>
      </Group>
    );
  }
  return (
    <Answered ask={() => Promise.all(actors.map((one) => wouldPermit(session, consent, one)))}>
      {(answers) =>
        answers.map((permit, place) => (
          <Text key={actors[place]} data-decision={permit ? "permit" : "refuse"}>
            {(permit ? may.permits : may.refuses)(names[place] ?? "")}
          </Text>
        ))
      }
    </Answered>
  );
}
