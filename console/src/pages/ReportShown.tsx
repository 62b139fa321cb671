import { Alert, Stack, Text, Title } from "@mantine/core";
import { clean, isOvertaken, plainReport, type Report } from "fhir-anchor-verifier";
import { useWords } from "../words/language";

const COLOURS = { verified: "green", "not verified": "red", undecided: "yellow" };
const MARKS = { verified: "✓", "not verified": "✗", undecided: "?" };

/** Each step that held, and the first one that did not, in plain words; then the verifier's own. */
export function ReportShown({ report, milliseconds }: { report: Report; milliseconds: number }) {
  const { check } = useWords();
  const { verdict, held, failed, undecided, readAt } = report;
  const [fits, fitsNot] = [0, 1].map((which) => (step: string) => check.steps[step]?.[which] ?? step) as [
    (step: string) => string,
    (step: string) => string,
  ];
  return (
    <Stack gap="sm">
      <Alert id="verdict" data-verdict={verdict} color={COLOURS[verdict]} icon={MARKS[verdict]} title={check.verdict[verdict]} />
      <ol className="steps" id="steps">
        {held.map(({ step }, place) => (
          <Line key={place} kind="held" step={step} mark="✓" text={fits(step)} />
        ))}
        {failed && <Line kind="failed" step={failed.step} mark="✗" text={`${check.failedHere} ${fitsNot(failed.step)}`} />}
        {undecided && (
          <Line kind="undecided" step={undecided.step} mark="?" text={`${fits(undecided.step)}? ${check.missing} ${clean(undecided.missing)}`} />
        )}
      </ol>
      {isOvertaken(report) && (
        <Text id="overtaken" fw={600}>
          {check.overtaken(check.until)}
        </Text>
      )}
      {failed && (
        <dl className="facts">
          <dt>{check.want}</dt>
          <dd className="exact">{clean(failed.want)}</dd>
          <dt>{check.got}</dt>
          <dd className="exact">{clean(failed.got)}</dd>
        </dl>
      )}
      <Text size="sm" id="took">
        {check.took(milliseconds)} {readAt && check.readAt(readAt.block, readAt.chainId)}
      </Text>
      <Title order={3} size="h5">
        {check.exactly}
      </Title>
      <pre className="exact" lang="en">
        {plainReport(report)}
      </pre>
    </Stack>
  );
}

function Line({ kind, step, mark, text }: { kind: string; step: string; mark: string; text: string }) {
  return (
    <li className={kind} data-step={step}>
      <span className="mark" aria-hidden="true">
        {mark}
      </span>
      {text}
    </li>
  );
}
