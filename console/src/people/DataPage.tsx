import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { verify, type Report } from "fhir-anchor-verifier";
import { useEffect, useState, type FormEvent } from "react";
import { logInfo } from "../fhir/actuator";
import { askBytes, askText, type AllFound, type Resource } from "../fhir/ask";
import { askAllExact, askExact, type Exact } from "../fhir/exact";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import { Answered, Failure } from "./Answered";
import { Emergency, OpenedBecause } from "./Emergency";
import { Members } from "./Members";
import { titleOf, valueIn } from "./record";
import { save } from "./save";
import { Time } from "./time";

const REFERENCE = /^([A-Z][A-Za-z]{1,40})\/([A-Za-z0-9.-]{1,64})$/;
const LEDGER = "ledger-head";

/** A patient with all that there is, or one record. */
async function recordsAt(session: Session, reference: string): Promise<AllFound<Exact>> {
  const found = await askExact(session, reference);
  return found[0]?.record.resourceType === "Patient" ? askAllExact(session, `${reference}/$everything?_count=100`) : { found, more: false };
}

export function DataPage({ session }: { session: Session }) {
  const { data } = useWords().people;
  usePageTitle(data.title);
  return (
    <Stack gap="lg">
      <Title order={1}>{data.title}</Title>
      <Answered ask={() => recordsAt(session, session.user)}>{(found) => <AllRecords session={session} all={found} />}</Answered>
    </Stack>
  );
}

export function RecordsPage({ session }: { session: Session }) {
  const { data } = useWords().people;
  usePageTitle(data.recordsTitle);
  const [text, setText] = useState("");
  const [asked, setAsked] = useState<{ reference: string; session: Session }>();
  const reference = text.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked({ reference, session });
  };
  return (
    <Stack gap="lg">
      <Title order={1}>{data.recordsTitle}</Title>
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput
            label={data.recordsAbout}
            id="reference"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            spellCheck={false}
            autoComplete="off"
          />
          <Button type="submit" disabled={!REFERENCE.test(reference)} id="open">
            {data.open}
          </Button>
        </Group>
      </form>
      <Emergency disabled={!REFERENCE.test(reference)} onReason={(emergency) => setAsked({ reference, session: { ...session, emergency } })} />
      {asked && (
        <Answered key={`${asked.reference} ${asked.session.emergency}`} ask={() => recordsAt(asked.session, asked.reference)} again={asked}>
          {(found) => (
            <>
              {asked.session.emergency !== undefined && <OpenedBecause reason={asked.session.emergency} />}
              <AllRecords session={asked.session} all={found} />
            </>
          )}
        </Answered>
      )}
    </Stack>
  );
}

/** What a FHIR address leads to that somebody opened in a browser: the record with its proof, or what a search finds. */
export function OpenPage({ session, address }: { session: Session; address: string }) {
  const { data } = useWords().people;
  usePageTitle(data.openTitle);
  const [asking, setAsking] = useState(session);
  return (
    <Stack gap="lg">
      <Title order={1}>{data.openTitle}</Title>
      <Text className="exact">{address}</Text>
      <Answered key={asking.emergency} ask={() => askExact(asking, address)} again={asking}>
        {(found) => (
          <>
            {asking.emergency !== undefined && <OpenedBecause reason={asking.emergency} />}
            <Records session={asking} found={found} readable />
          </>
        )}
      </Answered>
      {!session.isPatient && <Emergency onReason={(emergency) => setAsking({ ...session, emergency })} />}
    </Stack>
  );
}

function AllRecords({ session, all }: { session: Session; all: AllFound<Exact> }) {
  const { may } = useWords().people;
  return (
    <>
      {all.more && <Alert color="yellow" title={may.notAll(all.found.length)} id="not-all" />}
      <Records session={session} found={all.found} />
    </>
  );
}

function Records({ session, found, readable = false }: { session: Session; found: Exact[]; readable?: boolean }) {
  const { data } = useWords().people;
  if (found.length === 0) {
    return <Text>{data.nothing}</Text>;
  }
  return (
    <Stack gap="sm">
      {found.map((one) => (
        <OneRecord key={`${one.record.resourceType}/${one.record.id}`} session={session} exact={one} readable={readable && found.length === 1} />
      ))}
    </Stack>
  );
}

function OneRecord({ session, exact, readable }: { session: Session; exact: Exact; readable: boolean }) {
  const { data, types } = useWords().people;
  const { record } = exact;
  return (
    <Card withBorder component="section" data-record={`${record.resourceType}/${record.id}`}>
      <Stack gap="xs">
        <Text fw={700} className="said">
          {titleOf(record)}
        </Text>
        <Said record={record} />
        <Text size="sm" className="said">
          {types[record.resourceType] ?? record.resourceType}, {record.resourceType}/{record.id}
        </Text>
        {readable && <Members value={record} />}
        <details>
          <summary>{data.all}</summary>
          <pre className="exact">{JSON.stringify(record, null, 2)}</pre>
        </details>
        <Proven session={session} exact={exact} atOnce={readable} />
      </Stack>
    </Card>
  );
}

function Said({ record }: { record: Resource }) {
  const { value, date } = valueIn(record);
  return (
    <Text className="said">
      {value}
      {value !== undefined && date !== undefined && ", "}
      {date !== undefined && <Time of={date} />}
    </Text>
  );
}

function versionOf({ resourceType, id, meta }: Resource): string {
  return `${resourceType}/${id}/_history/${(meta as { versionId?: string } | undefined)?.versionId}`;
}

/**
 * The same check as on the page for integrators, without a ledger: this page asks no other address. It is of the text that is
 * shown, not of one that is asked for anew.
 */
async function proofOf(session: Session, { record, source }: Exact): Promise<Report> {
  const [proof, { verifierKey }] = await Promise.all([askText(session, `${versionOf(record)}/$proof`), logInfo()]);
  return verify({ resource: source(), proof, key: verifierKey });
}

/** Both byte for byte as the server answers them: so they are checked elsewhere. */
function Saving({ session, record, onFailure }: { session: Session; record: Resource; onFailure(failure: unknown): void }) {
  const { data } = useWords().people;
  const keep = (path: string, name: string) => () => {
    onFailure(undefined);
    askBytes(session, path, "application/fhir+json").then((content) => save(name, "application/json", content), onFailure);
  };
  const version = versionOf(record);
  const name = version.replaceAll("/_history/", "-v").replaceAll("/", "-");
  return (
    <>
      <Button variant="default" size="xs" onClick={keep(version, `${name}.json`)} data-save="record">
        {data.save}
      </Button>
      <Button variant="default" size="xs" onClick={keep(`${version}/$proof`, `${name}-proof.json`)} data-save="proof">
        {data.saveProof}
      </Button>
    </>
  );
}

function Proven({ session, exact, atOnce }: { session: Session; exact: Exact; atOnce: boolean }) {
  const { data } = useWords().people;
  const { record } = exact;
  const [report, setReport] = useState<Report>();
  const [failure, setFailure] = useState<unknown>();
  const check = () => {
    setFailure(undefined);
    setReport(undefined);
    proofOf(session, exact).then(setReport, setFailure);
  };
  useEffect(() => {
    if (atOnce) {
      check();
    }
  }, []);
  const fits = report?.failed === undefined && (report?.undecided === undefined || report.undecided.step === LEDGER);
  const waiting = report?.failed === undefined && !fits;
  return (
    <>
      {report && (
        <Alert color={fits ? "green" : "yellow"} role="status" data-proof={fits ? "fits" : waiting ? "waits" : "fails"}>
          <Text>{fits ? data.fits : waiting ? data.noProof : data.fitsNot}</Text>
          <Text size="sm">
            {data.elsewhere} <a href={`check.html?resource=${encodeURIComponent(versionOf(record))}`}>check.html</a>
          </Text>
        </Alert>
      )}
      <Group>
        <Button variant="default" size="xs" onClick={check} data-check>
          {report ? data.again : data.check}
        </Button>
        <Saving session={session} record={record} onFailure={setFailure} />
      </Group>
      {failure !== undefined && <Failure failure={failure} />}
    </>
  );
}
