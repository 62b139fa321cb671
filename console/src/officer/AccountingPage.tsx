import { Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { askBytes } from "../fhir/ask";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { Answered, Failure } from "../people/Answered";
import { accounting, ALL, withinOf, type Period } from "../people/disclosures";
import { AccountingChecked } from "../people/ProofsChecked";
import { save } from "../people/save";
import { Time } from "../people/time";
import { useOfficerWords } from "./useOfficerWords";

const PATIENT = /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/;
const MOST = 10_000;

export default function AccountingPage({ session }: { session: Session }) {
  const { accounting: words, journal } = useOfficerWords();
  usePageTitle(words.title);
  const [text, setText] = useState("");
  const [period, setPeriod] = useState(ALL);
  const [asked, setAsked] = useState<{ patient: string; period: Period; times: number }>();
  const id = PATIENT.exec(text.trim())?.[1];
  const backwards = period.start !== "" && period.end !== "" && period.end < period.start;
  const day = (name: keyof Period) => ({
    id: name,
    value: period[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => setPeriod({ ...period, [name]: currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Each time anew: what was said of a list that was checked is not said of the next one.
    setAsked({ patient: `Patient/${id}`, period, times: (asked?.times ?? 0) + 1 });
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
          <TextInput type="date" label={words.from} description={words.periodHelp} {...day("start")} />
          <TextInput type="date" label={words.to} error={backwards && words.backwards} {...day("end")} />
          <Button type="submit" disabled={id === undefined || backwards} id="show">
            {words.show}
          </Button>
        </Group>
      </form>
      {asked && (
        <Answered key={JSON.stringify(asked)} ask={() => accounting(session, asked.patient, asked.period)}>
          {(found) => (
            <>
              <PeriodShown {...asked.period} />
              <Files session={session} {...asked} />
              <AccountingChecked session={session} {...asked} found={found} own={words.own} />
            </>
          )}
        </Answered>
      )}
    </Stack>
  );
}

/** Of which days the lines are; whoever names none sees all, and is told so. */
function PeriodShown({ start, end }: Period) {
  const { accounting: words } = useOfficerWords();
  return (
    <Text fw={600} id="period">
      {start === "" && end === "" ? words.ofAll : words.ofTime}
      {start !== "" && (
        <>
          {" "}
          {words.since} <Time of={start} />
        </>
      )}
      {end !== "" && (
        <>
          {" "}
          {words.until} <Time of={end} />
        </>
      )}
    </Text>
  );
}

/** The page to print is saved, not opened: what the server makes of names is no page of this console's. */
function Files({ session, patient, period }: { session: Session; patient: string; period: Period }) {
  const { accounting: words } = useOfficerWords();
  const [failure, setFailure] = useState<unknown>();
  const keep = (name: string, type: string, query: string) => () => {
    setFailure(undefined);
    askBytes(session, `${patient}/$disclosures?_count=${MOST}&${withinOf(period)}&${query}`, type).then((content) => save(name, type, content), setFailure);
  };
  return (
    <section aria-label={words.files}>
      <Group>
        <Button variant="default" onClick={keep("accounting.csv", "text/csv", "_outputFormat=csv")} id="save-csv">
          {words.csv}
        </Button>
        <Button variant="default" onClick={keep("accounting.html", "text/html", "_outputFormat=html")} id="save-page">
          {words.page}
        </Button>
      </Group>
      {failure !== undefined && <Failure failure={failure} />}
    </section>
  );
}
