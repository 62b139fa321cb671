import { Alert, Button, Group, Progress, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { Failure } from "../people/Answered";
import { save } from "../people/save";
import { endScan, keptScan, scanAsCsv, scanNow, startScan, type ScanFinding, type ScanState } from "./scan";
import { useOfficerWords } from "./useOfficerWords";
import { useWatched } from "./useWatched";

const MOST_SHOWN = 500;

export default function StorePage({ session }: { session: Session }) {
  const { store } = useOfficerWords();
  usePageTitle(store.title);
  const [job, setJob] = useState(keptScan);
  const [now, setNow] = useState<ScanState>({ state: "none" });
  const [ended, setEnded] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useWatched<ScanState>(job, (one) => scanNow(session, one), setNow, setFailure);
  const doing = (what: () => Promise<void>) => async () => {
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
  const start = doing(async () => {
    setNow({ state: "none" });
    setEnded(false);
    setJob(await startScan(session));
  });
  const end = doing(async () => {
    await endScan(session, job ?? "");
    setJob(undefined);
    setNow({ state: "none" });
    setEnded(true);
  });
  return (
    <Stack gap="lg">
      <Title order={1}>{store.title}</Title>
      <Text>{store.about}</Text>
      <Group>
        {now.state === "running" ? (
          <Button color="red" onClick={end} loading={busy} id="end">
            {store.end}
          </Button>
        ) : (
          <Button onClick={start} loading={busy} id="start">
            {now.state === "done" ? store.again : store.start}
          </Button>
        )}
      </Group>
      {failure !== undefined && <Failure failure={failure} />}
      <div aria-live="polite">
        {ended && <Text id="ended">{store.ended}</Text>}
        {now.state === "gone" && <Text>{store.gone}</Text>}
        {now.state === "running" && <Running {...now} />}
        {now.state === "done" && <Report session={session} job={job ?? ""} findings={now.findings} />}
      </div>
    </Stack>
  );
}

function Running({ done, total, findings }: { done: number; total: number; findings: number }) {
  const { store } = useOfficerWords();
  return (
    <div id="running">
      <Text>{store.running}</Text>
      <Progress value={total === 0 ? 0 : (100 * done) / total} aria-label={store.progress} color="green" my={4} />
      <Text size="sm">{store.rows(done, total, findings)}</Text>
    </div>
  );
}

function Report({ session, job, findings }: { session: Session; job: string; findings: ScanFinding[] }) {
  const { store } = useOfficerWords();
  const [failure, setFailure] = useState<unknown>();
  const csv = () => {
    scanAsCsv(session, job).then((content) => save("findings.csv", "text/csv", content), setFailure);
  };
  const none = findings.length === 0;
  return (
    <Stack gap="sm" id="report" data-findings={findings.length}>
      <Alert color={none ? "green" : "red"} title={none ? store.whole : store.wrong(findings.length)}>
        {findings.length > MOST_SHOWN && <Text>{store.onlyFirst(MOST_SHOWN)}</Text>}
      </Alert>
      <Group>
        <Button variant="default" onClick={csv} id="save-csv">
          {store.csv}
        </Button>
      </Group>
      {failure !== undefined && <Failure failure={failure} />}
      {!none && <Findings findings={findings.slice(0, MOST_SHOWN)} />}
    </Stack>
  );
}

function Findings({ findings }: { findings: ScanFinding[] }) {
  const { store } = useOfficerWords();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{store.kind}</Table.Th>
          <Table.Th>{store.place}</Table.Th>
          <Table.Th>{store.what}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {findings.map(({ kind, place, finding }, row) => (
          <Table.Tr key={row}>
            <Table.Td className="said">{kind}</Table.Td>
            <Table.Td className="said">{place}</Table.Td>
            <Table.Td className="said">{finding}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
