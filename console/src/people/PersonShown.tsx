import { Button, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { ownName } from "../fhir/names";
import { signOut, type Session } from "../fhir/session";
import { useWords } from "../words/language";

/** Who is signed in, by name, and the way in or out. Whether there is a way in is asked when somebody wants it. */
export function PersonShown({ session, onSignIn }: { session: Session | undefined; onSignIn(): void }) {
  const { people } = useWords();
  const [name, setName] = useState("");
  const [leaving, setLeaving] = useState(false);
  useEffect(() => {
    if (session) {
      ownName(session).then(setName, () => setName(session.user));
    }
  }, []);
  if (session) {
    const leave = () => {
      setLeaving(true);
      void signOut(session);
    };
    return (
      <>
        <Text size="sm" className="said" id="person">
          {people.signedInAs} <b>{name}</b>
        </Text>
        <Button size="xs" variant="default" onClick={leave} loading={leaving} id="sign-out">
          {people.signOut}
        </Button>
      </>
    );
  }
  return (
    <Button size="xs" onClick={onSignIn} id="sign-in">
      {people.signIn}
    </Button>
  );
}
