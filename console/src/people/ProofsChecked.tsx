import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { clean } from "fhir-anchor-verifier";
import { useState } from "react";
import type { Session } from "../fhir/session";
import { useWords } from "../words/language";
import { Failure } from "./Answered";
import { AccountingShown } from "./AccountingShown";
import type { Accounting, Period } from "./disclosures";
import { fits as fileFits, provenAccounting, WITHOUT_PROOF, type Proven } from "./proven";
import { save } from "./save";

interface CheckedProperties {
  session: Session;
  patient: string;
  period: Period;
  found: Accounting;
  /** How the patient's own look-ups are called. */
  own: string;
}

/** The list, and its check: what is checked is what is shown then. */
export function AccountingChecked({ session, patient, period, found, own }: CheckedProperties) {
  const [shown, setShown] = useState(found);
  return (
    <>
      <AccountingShown session={session} found={shown} own={own} />
      <ProofsChecked session={session} patient={patient} period={period} tag={found.tag} onList={setShown} />
    </>
  );
}

/** Whether nothing is missing, checked here by the same steps as the verifier's, and the file to check elsewhere. */
function ProofsChecked({ session, patient, period, tag, onList }: Omit<CheckedProperties, "found" | "own"> & { tag?: string; onList(list: Accounting): void }) {
  const { proofs } = useWords().people;
  const [busy, setBusy] = useState(false);
  const [proven, setProven] = useState<Proven>();
  const [failure, setFailure] = useState<unknown>();
  const check = async () => {
    setBusy(true);
    setFailure(undefined);
    setProven(undefined);
    try {
      const now = await provenAccounting(session, patient, period, tag);
      onList(now.list);
      setProven(now);
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
        {proven && <Verdict {...proven} />}
        {tag && (
          <Text size="sm">
            {proofs.tag} <span id="tag" className="exact">{tag}</span>
          </Text>
        )}
      </Stack>
    </section>
  );
}

function Verdict({ report, difference, newer }: Proven) {
  const { people, check } = useWords();
  const { proofs, data } = people;
  const { held, failed, undecided } = report;
  const fits = fileFits(report) && difference === undefined;
  const state = fits ? "fits" : failed || difference ? "fails" : "waits";
  const which = [...held].reverse().find(({ step }) => step === "heads");
  return (
    <Alert
      color={{ fits: "green", fails: "red", waits: "yellow" }[state]}
      role="status"
      title={{ fits: proofs.fits, fails: proofs.fails, waits: undecided?.step === WITHOUT_PROOF ? proofs.unproven : proofs.waits }[state]}
      data-proofs={state}
    >
      {failed && <Text className="said">{`${check.steps[failed.step]?.[1] ?? failed.step} ${clean(failed.reason)}`}</Text>}
      {difference && <Text>{proofs[difference.kind](difference.number)}</Text>}
      {fits && newer > 0 && <Text>{proofs.newer(newer)}</Text>}
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
