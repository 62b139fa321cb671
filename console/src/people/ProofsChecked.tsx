import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { clean, type Report } from "fhir-anchor-verifier";
import { useState } from "react";
import type { Session } from "../fhir/session";
import { useWords } from "../words/language";
import { Failure } from "./Answered";
import { provenAccounting, WITHOUT_PROOF, type Proven } from "./disclosures";
import { save } from "./save";

const LEDGER = "ledger-head";

/** Whether nothing is missing, checked here by the same steps as the verifier's, and the file to check elsewhere. */
export function ProofsChecked({ session, patient, tag }: { session: Session; patient: string; tag?: string }) {
  const { proofs } = useWords().people;
  const [busy, setBusy] = useState(false);
  const [proven, setProven] = useState<Proven>();
  const [failure, setFailure] = useState<unknown>();
  const check = async () => {
    setBusy(true);
    setFailure(undefined);
    setProven(undefined);
    try {
      setProven(await provenAccounting(session, patient, tag));
    } catch (failed) {
      setFailure(failed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section aria-labelledby="proofs-title" id="proofs">
      <Stack gap="sm">
        <Title order={2} id="proofs-title">
          {proofs.title}
        </Title>
        <Text>{proofs.about}</Text>
        <Group>
          <Button variant="default" onClick={check} loading={busy} id="check-proofs">
            {proofs.check}
          </Button>
          {proven && (
            <Button variant="default" onClick={() => save("accounting-proofs.ndjson", "application/x-ndjson", proven.file)} id="save-proofs">
              {proofs.save}
            </Button>
          )}
        </Group>
        {failure !== undefined && <Failure failure={failure} />}
        {proven && <Verdict report={proven.report} />}
        {tag && (
          <Text size="sm">
            {proofs.tag} <span id="tag" className="exact">{tag}</span>
          </Text>
        )}
      </Stack>
    </section>
  );
}

function Verdict({ report }: { report: Report }) {
  const { people, check } = useWords();
  const { proofs, data } = people;
  const { held, failed, undecided } = report;
  const fits = failed === undefined && (undecided === undefined || undecided.step === LEDGER);
  const state = fits ? "fits" : failed ? "fails" : "waits";
  const which = [...held].reverse().find(({ step }) => step === "heads");
  return (
    <Alert
      color={{ fits: "green", fails: "red", waits: "yellow" }[state]}
      role="status"
      title={{ fits: proofs.fits, fails: proofs.fails, waits: undecided?.step === WITHOUT_PROOF ? proofs.unproven : proofs.waits }[state]}
      data-proofs={state}
    >
      {failed && <Text className="said">{`${check.steps[failed.step]?.[1] ?? failed.step} ${clean(failed.reason)}`}</Text>}
      {fits && which && (
        <Text size="sm" className="said" lang="en">
          {clean(which.what)}
        </Text>
      )}
      <Text size="sm">
        {data.elsewhere} <a href="check.html">check.html</a>
      </Text>
    </Alert>
  );
}
