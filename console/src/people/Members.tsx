const DEEPEST = 8;
const MOST = 200;
/** Of these the page says what is in them elsewhere; a narrative is markup, which is nowhere shown as such. */
const NOT_SHOWN = new Set(["resourceType", "id", "meta", "text"]);

/** The members of a record as names and values. Every text is shown as text. */
export function Members({ value, depth = 0 }: { value: unknown; depth?: number }) {
  if (value === null || typeof value !== "object") {
    return <>{String(value)}</>;
  }
  if (depth > DEEPEST) {
    return <>…</>;
  }
  if (Array.isArray(value)) {
    return (
      <ul className="each">
        {value.slice(0, MOST).map((one, place) => (
          <li key={place}>
            <Members value={one} depth={depth + 1} />
          </li>
        ))}
      </ul>
    );
  }
  const members = Object.entries(value).filter(([name]) => depth > 0 || !NOT_SHOWN.has(name));
  return (
    <dl className="facts">
      {members.slice(0, MOST).map(([name, one]) => [
        <dt key={`${name}-name`}>{name}</dt>,
        <dd key={name}>
          <Members value={one} depth={depth + 1} />
        </dd>,
      ])}
    </dl>
  );
}
