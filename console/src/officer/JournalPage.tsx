import { Button, Card, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { Failure } from "../people/Answered";
import { useNames } from "../people/Name";
import { isInVain, type Look } from "../people/disclosures";
import { Time } from "../people/time";
import { useWords } from "../words/language";
import type { PeopleWords } from "../words/people-en";
import { journal, queryOf, type JournalLine, type JournalPage as Found, type JournalSearch } from "./journal";
import type { OfficerWords } from "./officer-en";
import { useOfficerWords } from "./useOfficerWords";

const NOTHING: JournalSearch = { patient: "", agent: "", from: "", to: "", outcome: "", subtype: "" };

export default function JournalPage({ session }: { session: Session }) {
  const words = useOfficerWords();
  usePageTitle(words.journal.title);
  const [search, setSearch] = useState(NOTHING);
  const [found, setFound] = useState<Found>();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const look = async (query: string, before: JournalLine[]) => {
    setBusy(true);
    setFailure(undefined);
    try {
      const page = await journal(session, query);
      setFound({ ...page, lines: [...before, ...page.lines] });
    } catch (failed) {
      setFailure(failed);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setFound(undefined);
    void look(queryOf(search), []);
  };
  return (
    <Stack gap="lg">
      <Title order={1}>{words.journal.title}</Title>
      <Text>{words.journal.about}</Text>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Fields search={search} onChange={(changed) => setSearch({ ...search, ...changed })} />
          <Group>
            <Button type="submit" loading={busy} id="search">
              {words.journal.search}
            </Button>
          </Group>
        </Stack>
      </form>
      {failure !== undefined && <Failure failure={failure} />}
      {found && <Lines session={session} found={found} busy={busy} onNext={(next) => void look(next, found.lines)} />}
    </Stack>
  );
}

function Fields({ search, onChange }: { search: JournalSearch; onChange(changed: Partial<JournalSearch>): void }) {
  const { journal: words } = useOfficerWords();
  const { subtypes } = useWords().people;
  const field = (name: keyof JournalSearch) => ({
    id: `journal-${name}`,
    value: search[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => onChange({ [name]: currentTarget.value }),
  });
  const outcomes = [
    { value: "", label: words.any },
    { value: "0", label: words.shown },
    { value: "4", label: words.refused },
    { value: "emergency", label: words.emergency },
  ];
  const kinds = [{ value: "", label: words.any }, ...Object.entries(subtypes).map(([value, label]) => ({ value, label }))];
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <TextInput label={words.patient} description={words.patientHelp} spellCheck={false} autoComplete="off" {...field("patient")} />
      <TextInput label={words.agent} description={words.agentHelp} spellCheck={false} autoComplete="off" {...field("agent")} />
      <TextInput type="date" label={words.from} {...field("from")} />
      <TextInput type="date" label={words.to} {...field("to")} />
      <NativeSelect label={words.outcome} data={outcomes} {...field("outcome")} />
      <NativeSelect label={words.subtype} data={kinds} {...field("subtype")} />
    </SimpleGrid>
  );
}

function Lines({ session, found, busy, onNext }: { session: Session; found: Found; busy: boolean; onNext(next: string): void }) {
  const { journal: words } = useOfficerWords();
  const { lines, total, next } = found;
  return (
    <section aria-live="polite" id="lines">
      <Stack gap="sm">
        <Text fw={600}>{total === 0 ? words.nothing : words.found(total)}</Text>
        {lines.map((line, place) => (
          <Line key={line.event.id ?? place} session={session} line={line} />
        ))}
        {next && (
          <Group>
            <Button variant="default" loading={busy} onClick={() => onNext(next)} id="next">
              {words.next}
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  );
}

function Line({ session, line }: { session: Session; line: JournalLine }) {
  const { journal: words, reasons } = useOfficerWords();
  const { people } = useWords();
  const { look, reason, event } = line;
  const [who] = useNames(session, [look.who]);
  const purpose = look.purposes.map((code) => people.purposes[code] ?? code).join(", ");
  return (
    <Card withBorder data-outcome={outcomeOf(look)}>
      <Text fw={600} className="said">
        {sentenceOf(line, who || people.saw.unknown, words, people)}
      </Text>
      <Text size="sm" className="said">
        {look.who}, <Time of={look.when} />, {purpose ? `${people.saw.forPurpose} ${purpose}` : people.saw.noPurpose}
        {reason && `, ${words.because} ${reasons[reason] ?? reason}`}
      </Text>
      {look.emergency !== undefined && (
        <Text className="said">
          {people.saw.reason} {look.emergency}
        </Text>
      )}
      <details>
        <summary>{words.exactly}</summary>
        <pre className="exact">{JSON.stringify(event, null, 2)}</pre>
      </details>
    </Card>
  );
}

function outcomeOf(look: Look): string {
  if (look.refused) {
    return "refused";
  }
  return isInVain(look) ? "nothing" : look.emergency === undefined ? "shown" : "emergency";
}

/** Who asked for what of whom, and what came of it. */
function sentenceOf({ look, patient }: JournalLine, who: string, words: OfficerWords["journal"], people: PeopleWords): string {
  const { what, did = "", refused } = look;
  const shown = what.join(", ");
  const whose = patient ? words.of(patient) : "";
  const operation = people.operations[did] ?? (did.startsWith("$") ? did : undefined);
  const asked = operation ?? people.subtypes[did] ?? people.saw.something;
  if (refused) {
    return operation === undefined ? words.wasRefused(who, shown || asked, whose) : words.askedInVain(who, asked, whose);
  }
  if (operation !== undefined) {
    return shown ? words.askedAndSaw(who, asked, whose, shown) : words.asked(who, asked, whose);
  }
  return shown ? words.wasShown(who, shown, whose) : words.sawNothing(who, asked, whose);
}
