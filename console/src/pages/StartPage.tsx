import { Button, Card, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useWords } from "../words/language";
import { usePageTitle } from "./usePageTitle";

export function StartPage() {
  const { start } = useWords();
  usePageTitle(start.title);
  return (
    <Stack gap="lg">
      <Title order={1}>{start.title}</Title>
      <Text>{start.about}</Text>
      <Text>{start.privacy}</Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
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
