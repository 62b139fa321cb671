import { Alert, Card, Stack, Text, Title } from "@mantine/core";
import type { Session } from "../fhir/session";
import { useWords } from "../words/language";
import type { PeopleWords } from "../words/people-en";
import type { Accounting, Look, Looks } from "./disclosures";
import { Name, NameAndReference } from "./Name";
import { MOMENT, Time, WithTime } from "./time";

const MOST_SHOWN = 50;

/** Broken glass first, refusals apart, and what counting shows. @param own how the patient's own look-ups are called */
export function AccountingShown({ session, found, own }: { session: Session; found: Accounting; own: string }) {
  const { saw } = useWords().people;
  return (
    <>
      {found.cut && <Alert color="yellow" title={saw.notCounted} id="not-all" />}
      {found.emergencies.length > 0 && (
        <Part title={saw.emergency} id="emergencies" session={session} looks={found.emergencies} />
      )}
      {found.inVain.length > 0 && <Part title={saw.inVain} id="in-vain" session={session} looks={found.inVain} />}
      <Part title={saw.seen} id="shown" session={session} looks={found.shown} none={noneShown(found, saw)} />
      <Part title={saw.attempts} id="refused" session={session} looks={found.refused} about={saw.attemptsAbout} none={found.cut ? saw.noneHere : saw.noAttempts} />
      <Part title={own} id="own" session={session} looks={found.own} />
      <Counted found={found} />
    </>
  );
}

/** What was opened in an emergency was shown to somebody, who stands above. */
function noneShown({ cut, emergencies }: Accounting, saw: PeopleWords["saw"]): string {
  return cut ? saw.noneHere : emergencies.length > 0 ? saw.nobodyElse : saw.nobody;
}

interface PartProperties {
  title: string;
  id: string;
  session: Session;
  looks: Looks[];
  about?: string;
  none?: string;
}

function Part({ title, id, session, looks, about, none }: PartProperties) {
  return (
    <section aria-labelledby={`${id}-title`} id={id}>
      <Stack gap="sm">
        <Title order={2} id={`${id}-title`}>
          {title}
        </Title>
        {looks.length === 0 ? <Text>{none}</Text> : about && <Text>{about}</Text>}
        {looks.map((group) => (
          <Person key={JSON.stringify([group.who, group.organization, group.purposes])} session={session} group={group} />
        ))}
      </Stack>
    </section>
  );
}

function Person({ session, group }: { session: Session; group: Looks }) {
  const { people } = useWords();
  const { saw, purposes } = people;
  const newest = group.each[0] as Look;
  const why = group.purposes.map((code) => purposes[code] ?? code).join(", ");
  return (
    <Card withBorder data-who={group.who}>
      <Text fw={700} className="said">
        <Name session={session} of={group.who} />
      </Text>
      <Text size="sm" className="exact">
        {group.who}
      </Text>
      <Text>
        {why ? `${saw.forPurpose} ${why}` : saw.noPurpose}, {saw.times(group.each.length)},{" "}
        <WithTime sentence={saw.last(MOMENT)} of={newest.when} />
      </Text>
      {group.organization && (
        <Text className="said">
          {saw.through} <NameAndReference session={session} of={group.organization} />
        </Text>
      )}
      {group.each.map(({ emergency, when }) => emergency !== undefined && (
        <Text key={when} className="said">
          {saw.reason} {emergency}
        </Text>
      ))}
      <details>
        <summary>{saw.each}</summary>
        <ul className="each">
          {group.each.slice(0, MOST_SHOWN).map((look, place) => (
            <li key={`${look.when} ${look.number ?? place}`} className="said">
              <Time of={look.when} />: {whatWas(look, people)}
            </li>
          ))}
        </ul>
      </details>
    </Card>
  );
}

/** What was asked for, and what was shown; of a search or reading without a hit that there was none. */
function whatWas({ what, did = "" }: Look, { saw, operations, subtypes }: PeopleWords): string {
  const asked = operations[did] ?? (did.startsWith("$") ? did : undefined);
  if (asked !== undefined) {
    return what.length > 0 ? `${asked}: ${what.join(", ")}` : asked;
  }
  if (what.length > 0) {
    return what.join(", ");
  }
  return did.startsWith("search") ? saw.nothingNamed : (subtypes[did] ?? saw.something);
}

/** What was counted here, and what counting does not show. */
function Counted({ found }: { found: Accounting }) {
  const { saw } = useWords().people;
  if (!found.whole) {
    return <Text id="counted">{found.isOfTime ? saw.ofTime : saw.notCounted}</Text>;
  }
  return (
    <Alert
      id="counted"
      data-whole={found.missing === undefined}
      color={found.missing === undefined ? "green" : "red"}
      title={found.missing === undefined ? saw.complete(found.highest) : saw.gap(found.missing)}
    >
      {found.unnumbered > 0 && <Text>{saw.waiting(found.unnumbered)}</Text>}
      <Text>{saw.newest}</Text>
    </Alert>
  );
}
