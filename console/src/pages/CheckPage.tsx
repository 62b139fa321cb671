import { Alert, Button, Group, Radio, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import {
  ACCOUNTING_FORMAT,
  FormatError,
  verify,
  verifyAccounting,
  verifyExport,
  type ExportFiles,
  type Report,
  type Trust as Trusting,
} from "fhir-anchor-verifier";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { logInfo } from "../fhir/actuator";
import { useWords } from "../words/language";
import { askedVersion, versionAndProof } from "./asked";
import { FolderGiven } from "./FolderGiven";
import { Given, kindOf, type Kind, type Piece } from "./Given";
import { ReportShown } from "./ReportShown";
import { usePageTitle } from "./usePageTitle";

type Source = "ledger" | "head" | "nowhere";

interface Trusted {
  key: string;
  source: Source;
  rpc: string;
  contract: string;
  logId: string;
  head: string;
  /** Of an accounting or an export alone. */
  until: string;
  /** Of an accounting alone. */
  tag: string;
}

const NOTHING: Trusted = { key: "", source: "ledger", rpc: "", contract: "", logId: "", head: "", until: "", tag: "" };
const FIRST_LINE = 200;

/** A patient's accounting stands for itself: it has no record beside it. */
function isAccounting(piece: Piece | undefined): boolean {
  return piece !== undefined && new TextDecoder().decode(piece.bytes.subarray(0, FIRST_LINE)).includes(ACCOUNTING_FORMAT);
}

type Answer = { report: Report; milliseconds: number } | { fault: string };

export function CheckPage() {
  const { check } = useWords();
  usePageTitle(check.title);
  const [given, setGiven] = useState<Partial<Record<Kind, Piece>>>({});
  const [files, setFiles] = useState<ExportFiles>();
  const [trusted, setTrusted] = useState(NOTHING);
  const [answer, setAnswer] = useState<Answer>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const version = askedVersion();
    if (version !== undefined) {
      versionAndProof(version).then(
        ([resource, proof]) => setGiven({ resource: named(version, resource), proof: named(`${version}/$proof`, proof) }),
        (failure: unknown) => setAnswer({ fault: `${check.notGot} ${String(failure)}` }),
      );
    }
  }, []);

  const take = (pieces: Piece[], kind: Kind) => {
    setAnswer(undefined);
    setFiles(undefined);
    setGiven((before) => ({ ...before, ...Object.fromEntries(pieces.map((one) => [kindOf(one, kind, pieces.length), one])) }));
  };
  const drop = (kind: Kind) => {
    setAnswer(undefined);
    setGiven((before) => ({ ...before, [kind]: undefined }));
  };
  /** An export stands in the place of a record and its proof. */
  const takeFolder = (taken: ExportFiles | undefined) => {
    setAnswer(undefined);
    setGiven({});
    setFiles(taken);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const asked = askedFor(given, files, trusted);
    if (!asked || trusted.key.trim() === "") {
      setAnswer({ fault: asked ? check.needKey : check.needProof });
      return;
    }
    setAnswer(undefined);
    setBusy(true);
    setAnswer(await answerTo(asked));
    setBusy(false);
  };

  return (
    <Stack gap="lg">
      <Title order={1}>{check.title}</Title>
      <Text>{check.about}</Text>
      <form onSubmit={submit}>
        <Stack gap="lg">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Given kind="resource" piece={given.resource} onPieces={take} onNothing={drop} />
            <Given kind="proof" piece={given.proof} onPieces={take} onNothing={drop} />
          </SimpleGrid>
          <FolderGiven files={files} onFiles={takeFolder} />
          <Trust
            trusted={trusted}
            isOfTime={files !== undefined || isAccounting(given.proof)}
            isOfPatient={files === undefined && isAccounting(given.proof)}
            onChange={(changed) => setTrusted({ ...trusted, ...changed })}
          />
          <Group>
            <Button type="submit" loading={busy} id="check">
              {check.go}
            </Button>
          </Group>
        </Stack>
      </form>
      <Shown answer={answer} />
      <section aria-labelledby="not-said">
        <Title order={2} size="h4" id="not-said">
          {check.notSaid}
        </Title>
        <Text>{check.notSaidText}</Text>
        <Text>{check.offline}</Text>
      </section>
    </Stack>
  );
}

function named(name: string, bytes: Uint8Array): Piece {
  return { name, bytes, text: "" };
}

/** What is to be asked: about an export, an accounting, or a record; undefined when nothing was given. */
function askedFor({ resource, proof }: Partial<Record<Kind, Piece>>, files: ExportFiles | undefined, trusted: Trusted) {
  const trust = trustOf(trusted);
  const until = trusted.until.trim() || undefined;
  if (files) {
    return () => verifyExport({ files, until, ...trust });
  }
  if (!proof) {
    return undefined;
  }
  return isAccounting(proof)
    ? () => verifyAccounting({ file: proof.bytes, until, tag: trusted.tag.trim() || undefined, ...trust })
    : () => verify({ resource: resource?.bytes, proof: proof.bytes, ...trust });
}

function trustOf(trusted: Trusted): Trusting {
  const key = trusted.key.trim();
  if (trusted.source === "head") {
    return { key, head: trusted.head.trim() };
  }
  if (trusted.source === "ledger") {
    const logId = trusted.logId.trim() || undefined;
    return { key, ledger: { rpc: trusted.rpc.trim(), contract: trusted.contract.trim(), logId } };
  }
  return { key };
}

/** A fault of the question or of this page is no verdict, and must not look like one. */
async function answerTo(asked: () => Promise<Report>): Promise<Answer> {
  const began = performance.now();
  try {
    const report = await asked();
    return { report, milliseconds: Math.round(performance.now() - began) };
  } catch (failure) {
    return { fault: failure instanceof FormatError ? failure.message : String(failure) };
  }
}

interface TrustProps {
  trusted: Trusted;
  isOfTime: boolean;
  isOfPatient: boolean;
  onChange(changed: Partial<Trusted>): void;
}

function Trust({ trusted, isOfTime, isOfPatient, onChange }: TrustProps) {
  const { check } = useWords();
  const [failed, setFailed] = useState(false);
  const field = (name: keyof Trusted) => ({
    id: name,
    value: trusted[name],
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => onChange({ [name]: currentTarget.value }),
    spellCheck: false,
    autoComplete: "off",
  });
  const own = () =>
    logInfo().then(
      ({ verifierKey, rpcUrl, anchorContract, logId }) => {
        setFailed(false);
        onChange({ key: verifierKey, rpc: rpcUrl ?? trusted.rpc, contract: anchorContract, logId });
      },
      () => setFailed(true),
    );
  return (
    <section aria-labelledby="trust-title">
      <Stack gap="sm">
        <Title order={2} id="trust-title">
          {check.trust}
        </Title>
        <Text>{check.trustHelp}</Text>
        <div>
          <Button variant="default" onClick={own} id="own">
            {check.own}
          </Button>
          <Text size="sm" mt={4}>
            {failed ? check.ownFailed : check.ownHelp}
          </Text>
        </div>
        <TextInput label={check.key} description={check.keyHelp} {...field("key")} />
        <Radio.Group label={check.source} value={trusted.source} onChange={(source) => onChange({ source: source as Source })}>
          <Stack gap={6} mt={6}>
            <Radio value="ledger" label={check.fromLedger} />
            <Radio value="head" label={check.fromHead} />
            <Radio value="nowhere" label={check.fromNowhere} />
          </Stack>
        </Radio.Group>
        {trusted.source === "ledger" && (
          <>
            <TextInput label={check.rpc} description={check.rpcHelp} inputMode="url" {...field("rpc")} />
            <TextInput label={check.contract} {...field("contract")} />
            <TextInput label={check.logId} description={check.optional} {...field("logId")} />
          </>
        )}
        {isOfTime && <TextInput label={check.until} description={check.untilHelp} {...field("until")} />}
        {isOfPatient && <TextInput label={check.tag} description={check.tagHelp} {...field("tag")} />}
        {trusted.source === "head" && <TextInput label={check.head} description={check.headHelp} {...field("head")} />}
      </Stack>
    </section>
  );
}

/** Gets the focus, so that whoever hears the page hears the answer. */
function Shown({ answer }: { answer: Answer | undefined }) {
  const { check } = useWords();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (answer) {
      place.current?.focus();
    }
  }, [answer]);
  if (!answer) {
    return null;
  }
  return (
    <div ref={place} tabIndex={-1} id="answer" className="main">
      {"fault" in answer ? (
        <Alert color="red" title={check.fault} role="alert">
          {answer.fault}
        </Alert>
      ) : (
        <ReportShown {...answer} />
      )}
    </div>
  );
}
