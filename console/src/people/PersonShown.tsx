import { Button, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { ownName } from "../fhir/names";
import { offersSignIn, signOut, type Session } from "../fhir/session";
import { useWords } from "../words/language";

/** Who is signed in, by name, and the way in or out. */
export function PersonShown({ session, onSignIn }: { session: Session | undefined; onSignIn(): void }) {
  const { people } = useWords();
  const [name, setName] = useState("");
  const [offered, setOffered] = useState(false);
  useEffect(() => {
    if (session) {
      ownName(session).then(setName, () => setName(session.user));
    } else {
      offersSignIn().then(setOffered, () => setOffered(false));
    }
  }, []);
  if (session) {
    return (
      <>
        <Text size="sm" className="said" id="person">
          {people.signedInAs} <b>{name}</b>
        </Text>
        <Button size="xs" variant="default" onClick={() => void signOut(session)} id="sign-out">
          {people.signOut}
        </Button>
      </>
    );
  }
  return offered ? (
    <Button size="xs" onClick={onSignIn} id="sign-in">
      {people.signIn}
    </Button>
  ) : null;
}
