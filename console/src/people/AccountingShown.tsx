import { Alert, Card, Stack, Text, Title } from "@mantine/core";
import type { Session } from "../fhir/session";
import { useWords } from "../words/language";
import type { Accounting, Look, Looks } from "./disclosures";
import { Name } from "./Name";
import { useTime } from "./time";

const MOST_SHOWN = 50;

/** Broken glass first, refusals apart, and what counting shows. @param own how the patient's own look-ups are called */
export function AccountingShown({ session, found, own }: { session: Session; found: Accounting; own: string }) {
  const { saw } = useWords().people;
  return (
    <>
      {found.emergencies.length > 0 && (
        <Part title={saw.emergency} id="emergencies" session={session} looks={found.emergencies} />
      )}
      <Part title={saw.seen} id="shown" session={session} looks={found.shown} none={saw.nobody} />
      <Part title={saw.attempts} id="refused" session={session} looks={found.refused} about={saw.attemptsAbout} none={saw.noAttempts} />
      <Part title={own} id="own" session={session} looks={found.own} />
      <Counted found={found} />
    </>
  );
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
  const { saw, purposes } = useWords().people;
  const time = useTime();
  const newest = group.each[0] as Look;
  const why = group.purposes.map((code) => purposes[code] ?? code).join(", ");
  return (
    <Card withBorder data-who={group.who}>
      <Text fw={700} className="said">
        <Name session={session} of={group.who} />
      </Text>
      <Text>
        {why ? `${saw.forPurpose} ${why}` : saw.noPurpose}, {saw.times(group.each.length)}, {saw.last(time(newest.when))}
      </Text>
      {group.organization && (
        <Text>
          {saw.through} <Name session={session} of={group.organization} />
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
          {group.each.slice(0, MOST_SHOWN).map(({ when, what, number }, place) => (
            <li key={`${when} ${number ?? place}`} className="said">
              {time(when)}: {what.length > 0 ? what.join(", ") : saw.nothingNamed}
            </li>
          ))}
        </ul>
      </details>
    </Card>
  );
}

/** What was counted here, and what counting does not show. */
function Counted({ found }: { found: Accounting }) {
  const { saw } = useWords().people;
  if (!found.whole) {
    return <Text id="counted">{saw.notCounted}</Text>;
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
