import { Stack, Text, Title } from "@mantine/core";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import { Answered } from "./Answered";
import { accounting, ALL } from "./disclosures";
import { AccountingChecked } from "./ProofsChecked";

export function SawPage({ session }: { session: Session }) {
  const { saw } = useWords().people;
  usePageTitle(saw.title);
  return (
    <Stack gap="lg">
      <Title order={1}>{saw.title}</Title>
      <Text>{saw.about}</Text>
      <Answered ask={() => accounting(session, session.user)}>
        {(found) => <AccountingChecked session={session} patient={session.user} period={ALL} found={found} own={saw.own} />}
      </Answered>
    </Stack>
  );
}
