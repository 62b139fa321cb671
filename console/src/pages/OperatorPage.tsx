import { Alert, Button, Code, Group, Progress, Stack, Table, Text, Title } from "@mantine/core";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { health, ledger, logInfo, meters, type Anchor, type Health, type Ledger, type LogInfo, type Part } from "../fhir/actuator";
import type { Session } from "../fhir/session";
import { MOMENT, Time, WithTime } from "../people/time";
import { useLanguage, useWords } from "../words/language";
import { MANUAL } from "./manual";
import { NodesShown } from "./NodesShown";
import { usePageTitle } from "./usePageTitle";

const EVERY_MS = 10_000;
/** Parts that say nothing but whether they are there: shown only when they are not. */
const QUIET = new Set(["livenessState", "readinessState", "ping", "ssl", "diskSpace", "db"]);

interface Seen {
  at: Date;
  health: Health;
  info: LogInfo;
  meters: Map<string, number> | undefined;
  ledger: Ledger | undefined;
}

/** Looks at once and then every ten seconds, while the page is open. A slow answer never takes the place of a newer one. */
function useServer(session: Session | undefined): { seen?: Seen; silent: boolean; look: () => void } {
  const [seen, setSeen] = useState<Seen>();
  const [silent, setSilent] = useState(false);
  const looks = useRef({ begun: 0, shown: 0 });
  const look = useCallback(() => {
    const mine = ++looks.current.begun;
    const show = (how: () => void) => {
      if (mine > looks.current.shown) {
        looks.current.shown = mine;
        how();
      }
    };
    Promise.all([healthWithFigures(session), logInfo()])
      .then(([figures, info]) =>
        show(() => {
          setSeen({ at: new Date(), info, ...figures });
          setSilent(false);
        }),
      )
      .catch(() => show(() => setSilent(true)));
  }, []);
  useEffect(() => {
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [look]);
  return { seen, silent, look };
}

/** Where consents decide, figures are for operators alone: nobody else asks in vain. */
async function healthWithFigures(session: Session | undefined): Promise<Pick<Seen, "health" | "meters" | "ledger">> {
  const now = await health();
  const open = now.components?.consentMode?.details?.enforce === "off";
  if (!open && !session?.isOperator) {
    return { health: now, meters: undefined, ledger: undefined };
  }
  const authorization = session?.client.getAuthorizationHeader() ?? undefined;
  const [figures, known] = await Promise.all([meters(authorization), ledger(authorization)]);
  return { health: now, meters: figures, ledger: known };
}

export function OperatorPage({ session }: { session: Session | undefined }) {
  const words = useWords();
  const { seen, silent, look } = useServer(session);
  usePageTitle(words.operator.title);
  return (
    <Stack gap="lg">
      <Title order={1}>{words.operator.title}</Title>
      {silent && <Alert color="red" role="alert" title={words.operator.unreachable} />}
      {seen && <Whole health={seen.health} />}
      <Group>
        <Button variant="default" onClick={look}>
          {words.operator.again}
        </Button>
        {seen && (
          <Text size="sm">
            <WithTime sentence={words.operator.asOf(MOMENT)} of={seen.at.toISOString()} />
          </Text>
        )}
      </Group>
      {seen && <Log seen={seen} />}
      {seen?.ledger && <NodesShown nodes={seen.ledger.nodes} />}
      {seen?.ledger && <Anchors anchors={seen.ledger.anchors} />}
      {seen && <Parts parts={seen.health.components ?? {}} />}
      {seen && <Identity info={seen.info} />}
    </Stack>
  );
}

type Mood = "well" | "look" | "bad";
const COLOURS: Record<Mood, string> = { well: "green", look: "yellow", bad: "red" };
const MARKS: Record<Mood, string> = { well: "✓", look: "!", bad: "✗" };

function moodOf({ status, details }: Part): Mood {
  if (status !== "UP") {
    return "bad";
  }
  const edited = Number.parseInt(String(details?.count ?? "0"), 10);
  const lost = Number(details?.resourcesWithoutVersion ?? 0);
  const open = details?.enforce !== undefined && details.enforce !== "on";
  const troubled = details?.degraded !== undefined || details?.trouble !== undefined;
  return troubled || open || edited > 0 || lost > 0 ? "look" : "well";
}

function Whole({ health: now }: { health: Health }) {
  const { operator } = useWords();
  const moods = Object.values(now.components ?? {}).map(moodOf);
  const mood: Mood = now.status !== "UP" ? "bad" : moods.includes("look") ? "look" : "well";
  const title = { well: operator.up, look: operator.degraded, bad: operator.down }[mood];
  return <Alert id="whole" data-mood={mood} color={COLOURS[mood]} icon={MARKS[mood]} title={title} aria-live="polite" />;
}

function Log({ seen }: { seen: Seen }) {
  const { words, language } = useLanguage();
  const { operator } = words;
  const details = seen.health.components?.anchor?.details ?? {};
  const number = (value: unknown) => (typeof value === "number" ? value.toLocaleString(language) : undefined);
  const lag = seen.meters?.get("anchor_lag_seconds");
  const { asOf: known, loaded } = seen.health.components?.consents?.details ?? {};
  const rows: Row[] = [
    [operator.size, number(details.size)],
    [operator.anchoredSize, number(details.anchoredSize)],
    [operator.pending, number(details.pending)],
    [operator.lag, lag === undefined ? undefined : operator.seconds(Math.round(lag))],
    [operator.loaded, number(loaded)],
    [operator.consents, typeof known === "string" ? <Time of={known} /> : undefined],
  ];
  return (
    <section aria-labelledby="log-title">
      <Title order={2} id="log-title" mb="xs">
        {operator.log}
      </Title>
      <Covered size={details.size} anchored={details.anchoredSize} />
      <Facts rows={rows} />
      {!seen.meters && <Text mt="xs">{operator.meters}</Text>}
    </section>
  );
}

/** Those of the last hours, each with its transaction, for whoever looks it up on the ledger. */
function Anchors({ anchors: newest }: { anchors: Anchor[] }) {
  const { words, language } = useLanguage();
  const { operator } = words;
  return (
    <section aria-labelledby="anchors-title" id="anchors">
      <Title order={2} id="anchors-title" mb="xs">
        {operator.anchors}
      </Title>
      {newest.length === 0 ? (
        <Text>{operator.noAnchors}</Text>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{operator.size}</Table.Th>
              <Table.Th>{operator.state}</Table.Th>
              <Table.Th>{operator.transaction}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {newest.map(({ size, state, since, block, transaction, gasUsed }) => (
              <Table.Tr key={`${size} ${since}`} data-anchor={state}>
                <Table.Th scope="row">{size.toLocaleString(language)}</Table.Th>
                <Table.Td className="said">
                  <WithTime sentence={operator.anchorState(operator.anchorStates[state] ?? state, MOMENT)} of={since} />
                </Table.Td>
                <Table.Td className="said">
                  {transaction !== null && <span className="exact">{transaction}</span>}{" "}
                  {block !== null && operator.block(block)}
                  {gasUsed !== null && `, ${operator.gas(gasUsed.toLocaleString(language))}`}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function Covered({ size, anchored }: { size: unknown; anchored: unknown }) {
  const { operator } = useWords();
  if (typeof size !== "number" || typeof anchored !== "number" || size === 0) {
    return null;
  }
  const share = Math.floor((100 * anchored) / size);
  return (
    <>
      <Progress value={share} aria-label={operator.covered(share)} color="green" mb={4} />
      <Text size="sm" mb="xs">
        {operator.covered(share)}
      </Text>
    </>
  );
}

function Parts({ parts }: { parts: Record<string, Part> }) {
  const { operator } = useWords();
  const shown = Object.entries(parts).filter(([name, part]) => !QUIET.has(name) || part.status !== "UP");
  return (
    <section aria-labelledby="parts-title">
      <Title order={2} id="parts-title" mb="xs">
        {operator.parts}
      </Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{operator.part}</Table.Th>
            <Table.Th>{operator.state}</Table.Th>
            <Table.Th>{operator.says}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(([name, part]) => (
            <PartRow key={name} name={name} part={part} />
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" mt="xs">
        {operator.manual} <Code>docs/operate/README.md</Code>
      </Text>
    </section>
  );
}

function PartRow({ name, part }: { name: string; part: Part }) {
  const { words, language } = useLanguage();
  const { operator } = words;
  const mood = moodOf(part);
  const said = Object.entries(part.details ?? {})
    .filter(([, value]) => value !== "runs" && !(Array.isArray(value) && value.length === 0))
    .map(([key, value], place) => (
      <span key={key}>
        {place > 0 && "; "}
        {operator.details[key] ?? key}: {plain(value, language)}
      </span>
    ));
  return (
    <Table.Tr data-part={name}>
      <Table.Th scope="row">{operator.partNames[name] ?? name}</Table.Th>
      <Table.Td data-mood={mood} className="short">
        {MARKS[mood]} {operator[mood]}
      </Table.Td>
      <Table.Td className="said">
        {said}
        {mood !== "well" && MANUAL[name] !== undefined && (
          <Text size="sm" mt={4}>
            {operator.page} <Code data-manual>{MANUAL[name]}</Code>
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function plain(value: unknown, language: string): ReactNode {
  if (typeof value === "number") {
    return value.toLocaleString(language);
  }
  if (typeof value === "string") {
    return <Time of={value} />;
  }
  return JSON.stringify(value);
}

function Identity({ info }: { info: LogInfo }) {
  const { operator } = useWords();
  const rows: Row[] = [
    [operator.origin, info.origin],
    [operator.key, info.verifierKey],
    [operator.anchorContract, info.anchorContract],
    [operator.logId, info.logId],
    [operator.consentContract, info.consentContract],
    [operator.chain, info.chainId?.toString()],
    [operator.ownNode, info.rpcUrl],
  ];
  return (
    <section aria-labelledby="identity-title">
      <Title order={2} id="identity-title">
        {operator.identity}
      </Title>
      <Text mb="xs">{operator.identityHelp}</Text>
      <Facts rows={rows} />
    </section>
  );
}

type Row = [string, ReactNode | undefined];

function Facts({ rows }: { rows: Row[] }) {
  return (
    <dl className="facts">
      {rows
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [<dt key={`${name}-name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
    </dl>
  );
}
