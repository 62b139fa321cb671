import { Button, Group, NativeSelect, Progress, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { Failure } from "../people/Answered";
import { save } from "../people/save";
import { endExport, exportedFile, exportNow, keptExport, startExport, type ExportState, type Wanted } from "./exports";
import { useOfficerWords } from "./useOfficerWords";
import { useWatched } from "./useWatched";

const ALL: Wanted = { from: "", to: "", patient: "", kind: "", format: "ndjson" };

export default function ExportPage({ session }: { session: Session }) {
  const { exports, store } = useOfficerWords();
  usePageTitle(exports.title);
  const [wanted, setWanted] = useState(ALL);
  const [job, setJob] = useState(keptExport);
  const [now, setNow] = useState<ExportState>({ state: "none" });
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useWatched<ExportState>(job, (one) => exportNow(session, one), setNow, setFailure);
  const doing = async (what: () => Promise<void>) => {
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
  const start = (event: FormEvent) => {
    event.preventDefault();
    void doing(async () => {
      setNow({ state: "none" });
      setJob(await startExport(session, wanted));
    });
  };
  const end = () =>
    void doing(async () => {
      await endExport(session, job ?? "");
      setJob(undefined);
      setNow({ state: "none" });
    });
  return (
    <Stack gap="lg">
      <Title order={1}>{exports.title}</Title>
      <Text>{exports.about}</Text>
      <form onSubmit={start}>
        <Stack gap="sm">
          <Fields wanted={wanted} onChange={(changed) => setWanted({ ...wanted, ...changed })} />
          <Group>
            <Button type="submit" loading={busy} disabled={now.state === "running"} id="start">
              {store.start}
            </Button>
            {(now.state === "running" || now.state === "done") && (
              <Button variant="default" color="red" onClick={end} loading={busy} id="end">
                {exports.remove}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
      {failure !== undefined && <Failure failure={failure} />}
      <div aria-live="polite">
        {now.state === "gone" && <Text>{exports.gone}</Text>}
        {now.state === "running" && <Running {...now} />}
        {now.state === "done" && <Files session={session} job={job ?? ""} {...now} />}
      </div>
    </Stack>
  );
}

function Fields({ wanted, onChange }: { wanted: Wanted; onChange(changed: Partial<Wanted>): void }) {
  const { exports, journal } = useOfficerWords();
  const field = (name: keyof Wanted) => ({
    id: `export-${name}`,
    value: wanted[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => onChange({ [name]: currentTarget.value }),
  });
  const kinds = [{ value: "", label: journal.any }, ...Object.entries(exports.kinds).map(([value, label]) => ({ value, label }))];
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <TextInput type="date" label={journal.from} {...field("from")} />
      <TextInput type="date" label={journal.to} {...field("to")} />
      <TextInput label={journal.patient} description={exports.patientHelp} spellCheck={false} autoComplete="off" {...field("patient")} />
      <NativeSelect label={exports.kind} data={kinds} {...field("kind")} />
      <NativeSelect label={exports.format} data={Object.entries(exports.formats).map(([value, label]) => ({ value, label }))} {...field("format")} />
    </SimpleGrid>
  );
}

function Running({ done, total }: { done: number; total: number }) {
  const { exports, store } = useOfficerWords();
  return (
    <div id="running">
      <Text>{store.running}</Text>
      <Progress value={total === 0 ? 0 : (100 * done) / total} aria-label={store.progress} color="green" my={4} />
      <Text size="sm">{exports.leaves(done, total)}</Text>
    </div>
  );
}

function Files({ session, job, files, count }: { session: Session; job: string; files: string[]; count: number }) {
  const { exports } = useOfficerWords();
  const [failure, setFailure] = useState<unknown>();
  const keep = (name: string) => () => {
    setFailure(undefined);
    exportedFile(session, job, name).then((content) => save(name, "application/octet-stream", content), setFailure);
  };
  return (
    <Stack gap="sm" id="files" data-count={count}>
      <Text fw={600}>{exports.ready(count)}</Text>
      <Text>{exports.allOfThem}</Text>
      {failure !== undefined && <Failure failure={failure} />}
      <Group>
        {files.map((name) => (
          <Button key={name} variant="default" onClick={keep(name)} data-file={name}>
            {name}
          </Button>
        ))}
      </Group>
      <Text>{exports.verify}</Text>
      <pre className="exact" lang="en">
        java -jar verifier.jar export FOLDER --key … --rpc … --contract … --log-id …
      </pre>
    </Stack>
  );
}
