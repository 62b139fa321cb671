import { Button, Card, FileButton, Group, Text, Textarea, Title } from "@mantine/core";
import { clean, MAX_RESOURCE_BYTES } from "fhir-anchor-verifier";
import { useState, type DragEvent } from "react";
import { useWords } from "../words/language";

export type Kind = "resource" | "proof";

/** Bytes as they came: a text that was read as JSON has lost digits. */
export interface Piece {
  bytes: Uint8Array;
  /** Not set for a pasted text. */
  name?: string;
  text: string;
}

const PROOF_FORMAT = /"fhiranchor-(?:proof|accounting)\//;
const FIRST_PART = 1 << 16;

/** Of several files, or where a proof is dropped for a record, what is inside says which is which. */
export function kindOf(piece: Piece, asked: Kind, count: number): Kind {
  if (piece.name === undefined) {
    return asked;
  }
  const isProof = PROOF_FORMAT.test(new TextDecoder().decode(piece.bytes.subarray(0, FIRST_PART)));
  return isProof ? "proof" : count > 1 ? "resource" : asked;
}

interface Properties {
  kind: Kind;
  piece: Piece | undefined;
  onPieces(pieces: Piece[], kind: Kind): void;
  onNothing(kind: Kind): void;
}

/** One place to drop, choose or paste. */
export function Given({ kind, piece, onPieces, onNothing }: Properties) {
  const { check } = useWords();
  const [note, setNote] = useState("");
  const [over, setOver] = useState(false);

  const files = async (chosen: File[]) => {
    const large = chosen.find(({ size }) => size > MAX_RESOURCE_BYTES);
    setNote(large ? check.tooLarge(clean(large.name)) : "");
    const fitting = chosen.filter(({ size }) => size <= MAX_RESOURCE_BYTES);
    onPieces(await Promise.all(fitting.map(read)), kind);
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void files([...event.dataTransfer.files]);
  };
  const entered = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const typed = (text: string) => {
    setNote("");
    if (text.trim() === "") {
      onNothing(kind);
    } else {
      onPieces([{ text, bytes: new TextEncoder().encode(text) }], kind);
    }
  };

  return (
    <Card withBorder className={over ? "dropping" : ""} onDrop={dropped} onDragOver={entered} onDragLeave={() => setOver(false)}>
      <Title order={2} size="h4" id={`${kind}-title`}>
        {check[kind]}
      </Title>
      <Textarea
        id={`${kind}-text`}
        aria-labelledby={`${kind}-title`}
        description={kind === "resource" ? check.resourceHelp : check.proofHelp}
        rows={6}
        my="xs"
        spellCheck={false}
        value={piece?.name === undefined ? (piece?.text ?? "") : ""}
        onChange={({ currentTarget }) => typed(currentTarget.value)}
      />
      <Group gap="xs">
        <FileButton onChange={(chosen) => void files(chosen)} multiple accept=".json,.ndjson,application/json,application/fhir+json">
          {(properties) => (
            <Button variant="default" {...properties} aria-describedby={`${kind}-title`}>
              {check.choose}
            </Button>
          )}
        </FileButton>
        {piece && (
          <Button variant="default" onClick={() => onNothing(kind)} aria-describedby={`${kind}-title`}>
            {check.remove}
          </Button>
        )}
      </Group>
      <Text size="sm" mt="xs" aria-live="polite" id={`${kind}-note`} className="said">
        {note || (piece?.name !== undefined ? check.taken(clean(piece.name), piece.bytes.length) : "")}
      </Text>
    </Card>
  );
}

async function read(file: File): Promise<Piece> {
  return { name: file.name, text: "", bytes: new Uint8Array(await file.arrayBuffer()) };
}
