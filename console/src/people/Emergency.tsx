import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useWords } from "../words/language";

/** What a header can carry. */
const LETTERS = /^[\x20-\x7e\xa0-\xff]{1,200}$/;
/** Telephones write these by themselves. */
const TYPOGRAPHIC: [RegExp, string][] = [
  [/[\u2018\u2019\u201a]/g, "'"],
  [/[\u201c-\u201e]/g, '"'],
  [/[\u2013\u2014]/g, "-"],
  [/\u2026/g, "..."],
];

function plain(text: string): string {
  return TYPOGRAPHIC.reduce((rest, [typographic, letter]) => rest.replace(typographic, letter), text.trim());
}

/** Breaking the glass: the reason is asked for first. Whether somebody may, the server decides. */
export function Emergency({ disabled = false, onReason }: { disabled?: boolean; onReason(reason: string): void }) {
  const { emergency } = useWords().people;
  const [text, setText] = useState("");
  const reason = plain(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onReason(reason);
  };
  return (
    <details id="emergency">
      <summary>{emergency.title}</summary>
      <form onSubmit={submit}>
        <Stack gap="sm" mt="xs">
          <Text>{emergency.about}</Text>
          <TextInput
            label={emergency.reason}
            description={emergency.reasonHelp}
            id="reason"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            autoComplete="off"
          />
          <Group>
            <Button type="submit" color="red" disabled={disabled || !LETTERS.test(reason)} id="break-glass">
              {emergency.go}
            </Button>
          </Group>
        </Stack>
      </form>
    </details>
  );
}

/** Above what was opened so. */
export function OpenedBecause({ reason }: { reason: string }) {
  const { emergency } = useWords().people;
  return (
    <Alert color="red" title={emergency.opened} id="opened-because">
      <span className="said">{reason}</span>
    </Alert>
  );
}
