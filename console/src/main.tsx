import { Alert } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { session as restored, signIn, type Session } from "./fhir/session";
import { Frame, show, type Link } from "./frame/Frame";
import { OperatorPage } from "./pages/OperatorPage";
import { StartPage } from "./pages/StartPage";
import { DataPage, RecordsPage } from "./people/DataPage";
import { GrantPage } from "./people/GrantPage";
import { KeysPage } from "./people/KeysPage";
import { MayPage } from "./people/MayPage";
import { PersonShown } from "./people/PersonShown";
import { SawPage } from "./people/SawPage";
import { SignInPage } from "./people/SignInPage";
import { SignPage } from "./people/SignPage";
import { useWords } from "./words/language";

/** Where it fails, the page of it says why. */
function enter(): void {
  signIn().catch(() => {
    location.hash = "#/sign-in";
  });
}

const SIGNED = /^#\/sign\/([A-Za-z0-9.-]{1,64})$/;
type Page = (session: Session) => ReactNode;

/** Of patients alone. */
const OF_PATIENTS: Record<string, Page> = {
  "#/saw": (session) => <SawPage session={session} />,
  "#/may": (session) => <MayPage session={session} />,
  "#/grant": (session) => <GrantPage session={session} />,
  "#/keys": (session) => <KeysPage session={session} />,
  "#/data": (session) => <DataPage session={session} />,
};

const OF_ALL: Record<string, Page> = { "#/records": (session) => <RecordsPage session={session} /> };

/** What is not a page of ours is the first one. */
function pageAt(place: string, session: Session | undefined): ReactNode {
  if (place === "#/server") {
    return <OperatorPage />;
  }
  const signed = SIGNED.exec(place)?.[1];
  const ofPatient = signed === undefined ? OF_PATIENTS[place] : (one: Session) => <SignPage session={one} id={signed} />;
  const page = ofPatient ?? OF_ALL[place];
  if (place === "#/sign-in" || (page && !session)) {
    return <SignInPage place={place} />;
  }
  if (!page || !session) {
    return <StartPage session={session} />;
  }
  return ofPatient && !session.isPatient ? <ForPatients /> : page(session);
}

function ForPatients() {
  const { people } = useWords();
  return <Alert color="yellow" title={people.forPatients} />;
}

function linksAt(place: string, session: Session | undefined, words: ReturnType<typeof useWords>): Link[] {
  const { frame, people } = words;
  const { saw, may, keys, data, records } = people.places;
  const own = session?.isPatient
    ? [
        ["#/saw", saw],
        ["#/may", may],
        ["#/keys", keys],
        ["#/data", data],
      ]
    : session
      ? [["#/records", records]]
      : [];
  const all = [["#/", frame.start], ...own, ["check.html", frame.check], ["#/server", frame.operator]] as [string, string][];
  return all.map(([href, text]) => ({ href, text, here: href === place }));
}

function Console({ session, failed }: { session: Session | undefined; failed: boolean }) {
  const words = useWords();
  const [place, setPlace] = useState(location.hash || "#/");
  useEffect(() => {
    const follow = () => {
      setPlace(location.hash || "#/");
      document.getElementById("main")?.focus();
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return (
    <Frame links={linksAt(place, session, words)} person={<PersonShown session={session} onSignIn={enter} />}>
      {failed && <Alert color="red" role="alert" title={words.people.signInFailed} mb="lg" />}
      <div key={place}>{pageAt(place, session)}</div>
    </Frame>
  );
}

restored().then(
  (session) => show(<Console session={session} failed={false} />),
  () => show(<Console session={undefined} failed />),
);
