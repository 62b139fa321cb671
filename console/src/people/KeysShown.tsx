import type { ReactNode } from "react";
import { Card, Stack, Text, Title } from "@mantine/core";
import type { Session } from "../fhir/session";
import { hasWallet } from "../passkey/wallet";
import { useWords } from "../words/language";
import { Answered } from "./Answered";
import { keysOf, type Key } from "./keys";
import { MOMENT, WithTime } from "./time";

interface KeysShownProperties {
  session: Session;
  /** Another value when there may be another key. */
  again: number;
  /** What can be done with the key that counts now, where this browser can sign with it. */
  children(key: Key): ReactNode;
}

/** All keys, the one that counts now first. */
export function KeysShown({ session, again, children }: KeysShownProperties) {
  const { keys } = useWords().people;
  return (
    <section aria-labelledby="keys-title" id="keys">
      <Stack gap="sm">
        <Title order={2} id="keys-title">
          {keys.bound}
        </Title>
        <Answered key={again} ask={() => keysOf(session)}>
          {(found) => {
            const own = found.find(({ current, kind }) => current && (kind === "passkey" || (kind === "wallet" && hasWallet())));
            return (
              <>
                {found.length === 0 ? <Text>{keys.noKeys}</Text> : found.map((one, place) => <OneKey key={place} {...one} />)}
                {own && children(own)}
              </>
            );
          }}
        </Answered>
      </Stack>
    </section>
  );
}

function OneKey({ address, kind, current, since, signCount, backupEligible, backedUp }: Key) {
  const { keys } = useWords().people;
  return (
    <Card withBorder data-key={kind} data-current={current}>
      <Text fw={700}>
        {keys.kinds[kind] ?? kind}
        {!current && ` (${keys.earlier})`}
      </Text>
      <Text>{since === undefined ? keys.sinceUnknown : <WithTime sentence={keys.since(MOMENT)} of={since} />}</Text>
      {signCount !== undefined && (
        <>
          <Text>{signCount === "0" ? keys.notCounted : keys.count(signCount)}</Text>
          <Text>{backedUp === "true" ? keys.backedUp : backupEligible === "true" ? keys.mayBeBackedUp : keys.onThisDevice}</Text>
        </>
      )}
      <Text size="sm" className="exact">
        {address}
      </Text>
    </Card>
  );
}
