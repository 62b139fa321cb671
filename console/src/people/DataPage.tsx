import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { verify, type Report } from "fhir-anchor-verifier";
import { useEffect, useState, type FormEvent } from "react";
import { logInfo } from "../fhir/actuator";
import { ask, askText, resources, type Bundle, type Resource } from "../fhir/ask";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import { Answered, Failure } from "./Answered";
import { Members } from "./Members";
import { titleOf, valueIn } from "./record";

const REFERENCE = /^([A-Z][A-Za-z]{1,40})\/([A-Za-z0-9.-]{1,64})$/;
const LEDGER = "ledger-head";

/** A patient with all that there is, or one record. */
async function recordsAt(session: Session, reference: string): Promise<Resource[]> {
  const first = await ask<Resource>(session, reference);
  return first.resourceType === "Patient" ? resources(await ask<Bundle>(session, `${reference}/$everything?_count=100`)) : [first];
}

export function DataPage({ session }: { session: Session }) {
  const { data } = useWords().people;
  usePageTitle(data.title);
  return (
    <Stack gap="lg">
      <Title order={1}>{data.title}</Title>
      <Answered ask={() => recordsAt(session, session.user)}>{(found) => <Records session={session} found={found} />}</Answered>
    </Stack>
  );
}

export function RecordsPage({ session }: { session: Session }) {
  const { data } = useWords().people;
  usePageTitle(data.recordsTitle);
  const [text, setText] = useState("");
  const [asked, setAsked] = useState<{ reference: string }>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked({ reference: text.trim() });
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
          <Button type="submit" disabled={!REFERENCE.test(text.trim())} id="open">
            {data.open}
          </Button>
        </Group>
      </form>
      {asked && (
        <Answered ask={() => recordsAt(session, asked.reference)} again={asked}>
          {(found) => <Records session={session} found={found} />}
        </Answered>
      )}
    </Stack>
  );
}

/** What a FHIR address leads to that somebody opened in a browser: the record with its proof, or what a search finds. */
export function OpenPage({ session, address }: { session: Session; address: string }) {
  const { data } = useWords().people;
  usePageTitle(data.openTitle);
  return (
    <Stack gap="lg">
      <Title order={1}>{data.openTitle}</Title>
      <Text className="exact">{address}</Text>
      <Answered ask={() => ask<Resource>(session, address)}>
        {(found) => <Records session={session} found={found.resourceType === "Bundle" ? resources(found as unknown as Bundle) : [found]} readable />}
      </Answered>
    </Stack>
  );
}

function Records({ session, found, readable = false }: { session: Session; found: Resource[]; readable?: boolean }) {
  const { data } = useWords().people;
  if (found.length === 0) {
    return <Text>{data.nothing}</Text>;
  }
  return (
    <Stack gap="sm">
      {found.map((one) => (
        <OneRecord key={`${one.resourceType}/${one.id}`} session={session} record={one} readable={readable && found.length === 1} />
      ))}
    </Stack>
  );
}

function OneRecord({ session, record, readable }: { session: Session; record: Resource; readable: boolean }) {
  const { data, types } = useWords().people;
  return (
    <Card withBorder component="section" data-record={`${record.resourceType}/${record.id}`}>
      <Stack gap="xs">
        <Text fw={700} className="said">
          {titleOf(record)}
        </Text>
        <Text className="said">{valueIn(record)}</Text>
        <Text size="sm" className="said">
          {types[record.resourceType] ?? record.resourceType}, {record.resourceType}/{record.id}
        </Text>
        {readable && <Members value={record} />}
        <details>
          <summary>{data.all}</summary>
          <pre className="exact">{JSON.stringify(record, null, 2)}</pre>
        </details>
        <Proven session={session} record={record} atOnce={readable} />
      </Stack>
    </Card>
  );
}

/** The same check as on the page for integrators, without a ledger: this page asks no other address. */
async function proofOf(session: Session, { resourceType, id, meta }: Resource): Promise<Report> {
  const version = `${resourceType}/${id}/_history/${(meta as { versionId?: string } | undefined)?.versionId}`;
  const [resource, proof, { verifierKey }] = await Promise.all([
    askText(session, version),
    askText(session, `${version}/$proof`),
    logInfo(),
  ]);
  return verify({ resource, proof, key: verifierKey });
}

function Proven({ session, record, atOnce }: { session: Session; record: Resource; atOnce: boolean }) {
  const { data } = useWords().people;
  const [report, setReport] = useState<Report>();
  const [failure, setFailure] = useState<unknown>();
  const check = () => {
    setFailure(undefined);
    proofOf(session, record).then(setReport, setFailure);
  };
  useEffect(() => {
    if (atOnce) {
      check();
    }
  }, []);
  if (report) {
    const fits = report.failed === undefined && (report.undecided === undefined || report.undecided.step === LEDGER);
    const waiting = report.failed === undefined && !fits;
    return (
      <Alert color={fits ? "green" : "yellow"} role="status" data-proof={fits ? "fits" : waiting ? "waits" : "fails"}>
        <Text>{fits ? data.fits : waiting ? data.noProof : data.fitsNot}</Text>
        <Text size="sm">
          {data.elsewhere} <a href="check.html">check.html</a>
        </Text>
      </Alert>
    );
  }
  return (
    <>
      <Group>
        <Button variant="default" size="xs" onClick={check}>
          {data.check}
        </Button>
      </Group>
      {failure !== undefined && <Failure failure={failure} />}
    </>
  );
}
