import { Time } from "./time";

const DEEPEST = 8;
const MOST = 200;
/** Of these the page says what is in them elsewhere; a narrative is markup, which is nowhere shown as such. */
const NOT_SHOWN = new Set(["resourceType", "id", "meta", "text"]);

/** Of these members the values are times; a number of a batch may look like one, and is none. */
const TIMES = /(?:date|dateTime|instant|start|end|authoredOn|issued|recorded|lastUpdated)$/i;

/** The members of a record as names and values. Every text is shown as text. */
export function Members({ value, name = "", depth = 0 }: { value: unknown; name?: string; depth?: number }) {
  if (value === null || typeof value !== "object") {
    return typeof value === "string" && TIMES.test(name) ? <Time of={value} /> : <>{String(value)}</>;
  }
  if (depth > DEEPEST) {
    return <>…</>;
  }
  if (Array.isArray(value)) {
    return (
      <ul className="each">
        {value.slice(0, MOST).map((one, place) => (
          <li key={place}>
            <Members value={one} name={name} depth={depth + 1} />
          </li>
        ))}
      </ul>
    );
  }
  const members = Object.entries(value).filter(([member]) => depth > 0 || !NOT_SHOWN.has(member));
  return (
    <dl className="facts">
      {members.slice(0, MOST).map(([member, one]) => [
        <dt key={`${member}-name`}>{member}</dt>,
        <dd key={member}>
          <Members value={one} name={member} depth={depth + 1} />
        </dd>,
      ])}
    </dl>
  );
}
