import { Alert } from "@mantine/core";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { session as restored, signIn, wasNotEnded, type Session } from "./fhir/session";
import { Frame, show, type Link } from "./frame/Frame";
import { OperatorPage } from "./pages/OperatorPage";
import { StartPage } from "./pages/StartPage";
import { DataPage, OpenPage, RecordsPage } from "./people/DataPage";
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
/** As the server leads a browser here that opened a FHIR address. */
const OPENED = /^#\/open\/([A-Z][A-Za-z]{1,40}(?:\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?)?(?:\?[A-Za-z0-9%._~:=&,|$*+@!;()/-]{1,1500})?)$/;
type Page = (session: Session) => ReactNode;

/** Of patients alone. */
const OF_PATIENTS: Record<string, Page> = {
  "#/saw": (session) => <SawPage session={session} />,
  "#/may": (session) => <MayPage session={session} />,
  "#/grant": (session) => <GrantPage session={session} />,
  "#/keys": (session) => <KeysPage session={session} />,
  "#/data": (session) => <DataPage session={session} />,
};

/** Of compliance officers alone; they come when they are opened. */
const Journal = lazy(() => import("./officer/JournalPage"));
const OfPatient = lazy(() => import("./officer/AccountingPage"));
const Store = lazy(() => import("./officer/StorePage"));
const Exports = lazy(() => import("./officer/ExportPage"));
const Trend = lazy(() => import("./officer/TrendPage"));

const OF_OFFICERS: Record<string, Page> = {
  "#/journal": (session) => <Journal session={session} />,
  "#/accounting": (session) => <OfPatient session={session} />,
  "#/store": (session) => <Store session={session} />,
  "#/exports": (session) => <Exports session={session} />,
  "#/trend": (session) => <Trend session={session} />,
};

/** For whoever writes a program, whatever their role. */
const Api = lazy(() => import("./pages/ApiPage"));

const OF_ALL: Record<string, Page> = {
  "#/records": (session) => <RecordsPage session={session} />,
  "#/api": (session) => <Api session={session} />,
};

/** What is not a page of ours is the first one. */
function pageAt(place: string, session: Session | undefined): ReactNode {
  if (place === "#/server") {
    return <OperatorPage session={session} />;
  }
  const signed = SIGNED.exec(place)?.[1];
  const ofPatient = signed === undefined ? OF_PATIENTS[place] : (one: Session) => <SignPage session={one} id={signed} />;
  const ofOfficer = OF_OFFICERS[place];
  const opened = OPENED.exec(place)?.[1];
  const ofAll = opened === undefined ? OF_ALL[place] : (one: Session) => <OpenPage session={one} address={opened} />;
  const page = ofPatient ?? ofOfficer ?? ofAll;
  if (place === "#/sign-in" || (page && !session)) {
    return <SignInPage place={place} />;
  }
  if (!page || !session) {
    return <StartPage session={session} />;
  }
  const others = (ofPatient && !session.isPatient) || (ofOfficer && !session.isOfficer);
  return others ? <ForOthers officers={ofOfficer !== undefined} /> : page(session);
}

function ForOthers({ officers }: { officers: boolean }) {
  const { people } = useWords();
  return <Alert color="yellow" title={officers ? people.forOfficers : people.forPatients} />;
}

function linksAt(place: string, session: Session | undefined, words: ReturnType<typeof useWords>): Link[] {
  const { frame, people } = words;
  const { saw, may, keys, data, records, journal, accounting, store, trend, exports } = people.places;
  const officers = [
    ["#/journal", journal],
    ["#/accounting", accounting],
    ["#/store", store],
    ["#/exports", exports],
    ["#/trend", trend],
  ];
  const own = session?.isOfficer
    ? officers
    : session?.isPatient
    ? [
        ["#/saw", saw],
        ["#/may", may],
        ["#/keys", keys],
        ["#/data", data],
      ]
    : session
      ? [["#/records", records]]
      : [];
  const programs = session ? [["#/api", people.api.link]] : [];
  const all = [["#/", frame.start], ...own, ["check.html", frame.check], ["#/server", frame.operator], ...programs] as [string, string][];
  return all.map(([href, text]) => ({ href, text, here: href === place }));
}

/** Said on the page that somebody comes to who signed out. */
const notEnded = wasNotEnded();

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
      {notEnded && <Alert color="yellow" role="alert" title={words.people.notEnded} id="not-ended" mb="lg" />}
      {failed && <Alert color="red" role="alert" title={words.people.signInFailed} mb="lg" />}
      <Suspense key={place} fallback={<p role="status">{words.people.loading}</p>}>
        {pageAt(place, session)}
      </Suspense>
    </Frame>
  );
}

/** A page that a browser kept, and shows again after going back, may be of somebody who signed out since. */
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) {
    location.reload();
  }
});

restored().then(
  (session) => show(<Console session={session} failed={false} />),
  () => show(<Console session={undefined} failed />),
);
