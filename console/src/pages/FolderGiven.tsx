import { Button, Card, FileButton, Group, Text, Title } from "@mantine/core";
import { chosenFiles, clean, droppedFiles, type ExportFiles } from "fhir-anchor-verifier";
import { useState, type DragEvent } from "react";
import { useWords } from "../words/language";

/** An input takes a folder with this attribute, which React's types do not know. */
const FOLDER = { webkitdirectory: "" } as object;

interface Properties {
  files: ExportFiles | undefined;
  onFiles(files: ExportFiles | undefined): void;
}

/** One place to drop or choose the folder of an export, or all its files. None is read before the check. */
export function FolderGiven({ files, onFiles }: Properties) {
  const { check } = useWords();
  const [note, setNote] = useState("");
  const [over, setOver] = useState(false);

  const take = (taken: ExportFiles) => {
    setNote("");
    onFiles(taken);
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    droppedFiles(event.dataTransfer, true)?.then(take, () => setNote(check.notDropped));
  };
  const entered = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  const choice = (text: string, id: string, more: object) => (
    <FileButton onChange={(chosen) => take(chosenFiles(chosen))} multiple inputProps={{ id, "aria-label": text, ...more }}>
      {(properties) => (
        <Button variant="default" {...properties} aria-describedby="folder-title">
          {text}
        </Button>
      )}
    </FileButton>
  );

  return (
    <Card withBorder className={over ? "dropping" : ""} onDrop={dropped} onDragOver={entered} onDragLeave={() => setOver(false)} id="folder">
      <Title order={2} size="h4" id="folder-title">
        {check.folder}
      </Title>
      <Text size="sm" my="xs">
        {check.folderHelp}
      </Text>
      <Group gap="xs">
        {choice(check.chooseFolder, "folder-file", FOLDER)}
        {choice(check.chooseFiles, "folder-files", {})}
        {files && (
          <Button variant="default" onClick={() => onFiles(undefined)} aria-describedby="folder-title">
            {check.remove}
          </Button>
        )}
      </Group>
      <Text size="sm" mt="xs" aria-live="polite" id="folder-note" className="said">
        {note || (files ? clean([...files.keys()].sort().join(", ")) : "")}
      </Text>
    </Card>
  );
}
