import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { offersSignIn, signIn } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import { Answered, Failure } from "./Answered";

/** Before a page for which one has to be somebody; that page comes next. */
export function SignInPage({ place }: { place: string }) {
  const { people } = useWords();
  usePageTitle(people.signInTitle);
  const [failure, setFailure] = useState<unknown>();
  const next = place === "#/sign-in" ? "#/" : place;
  return (
    <Stack gap="lg">
      <Title order={1}>{people.signInTitle}</Title>
      <Answered ask={offersSignIn}>
        {(offered) =>
          offered ? (
            <>
              <Text>{people.signInAbout}</Text>
              <Group>
                <Button onClick={() => signIn(next).catch(setFailure)}>{people.signIn}</Button>
              </Group>
            </>
          ) : (
            <Text>{people.noSignIn}</Text>
          )
        }
      </Answered>
      {failure !== undefined && <Failure failure={failure} />}
    </Stack>
  );
}
