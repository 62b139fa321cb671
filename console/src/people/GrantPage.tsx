import { Button, Checkbox, Group, Radio, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { ask, resources, type Bundle, type Resource } from "../fhir/ask";
import { nameIn } from "../fhir/names";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { useWords } from "../words/language";
import { Failure } from "./Answered";
import { PURPOSES, TYPES, writeConsent } from "./consents";

const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** In the person's own time: what is the last day for them. */
function day(fromNow: number): string {
  const then = new Date(Date.now() + fromNow * DAY_MS);
  return [then.getFullYear(), then.getMonth() + 1, then.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** Who, what, why, until when. Nothing is permitted before it is signed. */
export function GrantPage({ session }: { session: Session }) {
  const { grant, purposes } = useWords().people;
  usePageTitle(grant.title);
  const [who, setWho] = useState("");
  const [what, setWhat] = useState<string[]>([]);
  const [all, setAll] = useState(true);
  const [why, setWhy] = useState("TREAT");
  const [until, setUntil] = useState(day(DAYS));
  const [failure, setFailure] = useState<unknown>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (who === "" || (!all && what.length === 0) || !/^\d{4}-\d\d-\d\d$/.test(until) || until < day(0)) {
      setFailure(new Error(grant.needAll));
      return;
    }
    try {
      const id = await writeConsent(session, { who, what: all ? [] : what, why, until });
      location.hash = `#/sign/${id}`;
    } catch (failed) {
      setFailure(failed);
    }
  };
  return (
    <Stack gap="lg">
      <Title order={1}>{grant.title}</Title>
      <Who session={session} who={who} onWho={setWho} />
      <form onSubmit={submit}>
        <Stack gap="lg">
          <What all={all} what={what} onAll={setAll} onWhat={setWhat} />
          <Radio.Group label={grant.why} value={why} onChange={setWhy}>
            <Stack gap={6} mt={6}>
              {PURPOSES.map((code) => (
                <Radio key={code} value={code} label={purposes[code]} />
              ))}
            </Stack>
          </Radio.Group>
          <TextInput
            type="date"
            label={grant.until}
            description={grant.untilHelp}
            min={day(0)}
            value={until}
            onChange={({ currentTarget }) => setUntil(currentTarget.value)}
            id="until"
          />
          {failure !== undefined && <Failure failure={failure} />}
          <Group>
            <Button type="submit">{grant.next}</Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}

function Who({ session, who, onWho }: { session: Session; who: string; onWho(who: string): void }) {
  const { grant } = useWords().people;
  const [text, setText] = useState("");
  const [found, setFound] = useState<Resource[]>();
  const [failure, setFailure] = useState<unknown>();
  const search = async (event: FormEvent) => {
    event.preventDefault();
    setFailure(undefined);
    const query = new URLSearchParams({ "name:contains": text, _count: "20" });
    try {
      const answers = await Promise.all(["Practitioner", "Organization"].map((type) => ask<Bundle>(session, `${type}?${query}`)));
      setFound(answers.flatMap(resources));
    } catch (failed) {
      setFailure(failed);
    }
  };
  return (
    <form onSubmit={search}>
      <Stack gap="sm">
        <TextInput
          label={grant.who}
          description={grant.whoHelp}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          id="who"
        />
        <Group>
          <Button type="submit" variant="default" disabled={text.trim() === ""}>
            {grant.search}
          </Button>
        </Group>
        {failure !== undefined && <Failure failure={failure} />}
        {found?.length === 0 && <Text role="status">{grant.nobody}</Text>}
        {found && found.length > 0 && (
          <Radio.Group value={who} onChange={onWho} aria-label={grant.who}>
            <Stack gap={6}>
              {found.map((one) => (
                <Radio key={`${one.resourceType}/${one.id}`} value={`${one.resourceType}/${one.id}`} label={nameIn(one)} description={`${one.resourceType}/${one.id}`} />
              ))}
            </Stack>
          </Radio.Group>
        )}
      </Stack>
    </form>
  );
}

interface WhatProperties {
  all: boolean;
  what: string[];
  onAll(all: boolean): void;
  onWhat(what: string[]): void;
}

function What({ all, what, onAll, onWhat }: WhatProperties) {
  const { grant, may, types } = useWords().people;
  return (
    <Stack gap="sm" component="fieldset" className="choice">
      <legend>{grant.what}</legend>
      <Checkbox label={may.everything} checked={all} onChange={({ currentTarget }) => onAll(currentTarget.checked)} />
      {!all && (
        <Checkbox.Group value={what} onChange={onWhat} aria-label={grant.what}>
          <Stack gap={6}>
            {TYPES.map((type) => (
              <Checkbox key={type} value={type} label={types[type]} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </Stack>
  );
}
