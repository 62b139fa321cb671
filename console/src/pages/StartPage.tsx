import { Button, Card, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { Session } from "../fhir/session";
import { useWords } from "../words/language";
import { usePageTitle } from "./usePageTitle";

/** What can be done here, for who is signed in and for who is not. */
export function StartPage({ session }: { session: Session | undefined }) {
  const { start, people } = useWords();
  const { places, tasks } = people;
  usePageTitle(start.title);
  return (
    <Stack gap="lg">
      <Title order={1}>{start.title}</Title>
      <Text>{start.about}</Text>
      <Text>{start.privacy}</Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {!session && <Task title={people.signInTitle} text={people.signInTask} href="#/sign-in" go={people.signIn} />}
        {session?.isPatient && (
          <>
            <Task title={places.saw} text={tasks.saw} href="#/saw" go={places.saw} />
            <Task title={places.may} text={tasks.may} href="#/may" go={places.may} />
            <Task title={places.keys} text={tasks.keys} href="#/keys" go={places.keys} />
            <Task title={places.data} text={tasks.data} href="#/data" go={places.data} />
          </>
        )}
        {session?.isOfficer && (
          <>
            <Task title={places.journal} text={tasks.journal} href="#/journal" go={places.journal} />
            <Task title={places.accounting} text={tasks.accounting} href="#/accounting" go={places.accounting} />
            <Task title={places.store} text={tasks.store} href="#/store" go={places.store} />
            <Task title={places.exports} text={tasks.exports} href="#/exports" go={places.exports} />
            <Task title={places.trend} text={tasks.trend} href="#/trend" go={places.trend} />
          </>
        )}
        {session && !session.isPatient && !session.isOfficer && <Task title={places.records} text={tasks.records} href="#/records" go={places.records} />}
        <Task title={start.checkTitle} text={start.check} href="check.html" go={start.checkGo} />
        <Task title={start.operatorTitle} text={start.operator} href="#/server" go={start.operatorGo} />
      </SimpleGrid>
    </Stack>
  );
}

function Task({ title, text, href, go }: { title: string; text: string; href: string; go: string }) {
  return (
    <Card withBorder component="section">
      <Stack justify="space-between" h="100%">
        <div>
          <Title order={2} size="h4">
            {title}
          </Title>
          <Text mt="xs">{text}</Text>
        </div>
        <Button component="a" href={href} variant="filled">
          {go}
        </Button>
      </Stack>
    </Card>
  );
}
