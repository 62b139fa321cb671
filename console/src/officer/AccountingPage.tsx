import { Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { askBytes } from "../fhir/ask";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { AccountingShown } from "../people/AccountingShown";
import { Answered, Failure } from "../people/Answered";
import { accounting } from "../people/disclosures";
import { ProofsChecked } from "../people/ProofsChecked";
import { save } from "../people/save";
import { useOfficerWords } from "./useOfficerWords";

const PATIENT = /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/;
const MOST = 10_000;

export default function AccountingPage({ session }: { session: Session }) {
  const { accounting: words, journal } = useOfficerWords();
  usePageTitle(words.title);
  const [text, setText] = useState("");
  const [asked, setAsked] = useState<{ patient: string }>();
  const id = PATIENT.exec(text.trim())?.[1];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked({ patient: `Patient/${id}` });
  };
  return (
    <Stack gap="lg">
      <Title order={1}>{words.title}</Title>
      <Text>{words.about}</Text>
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput
            label={words.patient}
            description={journal.patientHelp}
            id="patient"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            spellCheck={false}
            autoComplete="off"
          />
          <Button type="submit" disabled={id === undefined} id="show">
            {words.show}
          </Button>
        </Group>
      </form>
      {asked && (
        <Answered key={asked.patient} ask={() => accounting(session, asked.patient)} again={asked}>
          {(found) => (
            <>
              <Files session={session} patient={asked.patient} />
              <AccountingShown session={session} found={found} own={words.own} />
              <ProofsChecked session={session} patient={asked.patient} tag={found.tag} />
            </>
          )}
        </Answered>
      )}
    </Stack>
  );
}

/** The page to print is saved, not opened: what the server makes of names is no page of this console's. */
function Files({ session, patient }: { session: Session; patient: string }) {
  const { accounting: words } = useOfficerWords();
  const [failure, setFailure] = useState<unknown>();
  const keep = (name: string, type: string, query: string) => () => {
    setFailure(undefined);
    askBytes(session, `${patient}/$disclosures?_count=${MOST}&${query}`, type).then((content) => save(name, type, content), setFailure);
  };
  const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone);
  return (
    <section aria-label={words.files}>
      <Group>
        <Button variant="default" onClick={keep("accounting.csv", "text/csv", "_outputFormat=csv")} id="save-csv">
          {words.csv}
        </Button>
        <Button variant="default" onClick={keep("accounting.html", "text/html", `_outputFormat=html&_zone=${zone}`)} id="save-page">
          {words.page}
        </Button>
      </Group>
      {failure !== undefined && <Failure failure={failure} />}
    </section>
  );
}
