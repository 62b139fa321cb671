import { Stack, Text, Title } from "@mantine/core";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import { AccountingShown } from "./AccountingShown";
import { Answered } from "./Answered";
import { accounting } from "./disclosures";
import { ProofsChecked } from "./ProofsChecked";

export function SawPage({ session }: { session: Session }) {
  const { saw } = useWords().people;
  usePageTitle(saw.title);
  return (
    <Stack gap="lg">
      <Title order={1}>{saw.title}</Title>
      <Text>{saw.about}</Text>
      <Answered ask={() => accounting(session, session.user)}>
        {(found) => (
          <>
            <AccountingShown session={session} found={found} own={saw.own} />
            <ProofsChecked session={session} patient={session.user} tag={found.tag} />
          </>
        )}
      </Answered>
    </Stack>
  );
}
