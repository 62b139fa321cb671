import { useEffect, useState } from "react";
import { nameOf } from "../fhir/names";
import type { Session } from "../fhir/session";
import { useWords } from "../words/language";

export function useNames(session: Session, references: string[]): string[] {
  const [names, setNames] = useState(references);
  const wanted = references.join(" ");
  useEffect(() => {
    let here = true;
    void Promise.all(references.map((one) => nameOf(session, one))).then((found) => here && setNames(found));
    return () => {
      here = false;
    };
  }, [wanted]);
  return names.length === references.length ? names : references;
}

export function Name({ session, of }: { session: Session; of: string }) {
  const { people } = useWords();
  const [name] = useNames(session, [of]);
  return <>{name || people.saw.unknown}</>;
}

/** What it is called with the reference behind it; the reference alone where no name may be read. */
export function NameAndReference({ session, of }: { session: Session; of: string }) {
  const [name] = useNames(session, [of]);
  return <>{name && name !== of ? `${name} (${of})` : of}</>;
}
