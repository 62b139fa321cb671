import { Alert, Loader, Text } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { Refused } from "../fhir/ask";
import { useWords } from "../words/language";

const NO_RIGHT = [403, 404, 410];
const AWAY = 503;

/** A failure in the person's words, with the server's own behind them. */
export function Failure({ failure }: { failure: unknown }) {
  const { people } = useWords();
  const refused = failure instanceof Refused ? failure : undefined;
  const words =
    refused && NO_RIGHT.includes(refused.status) ? people.refused : refused?.status === AWAY ? people.away : people.failed;
  const said = refused ? refused.words : failure instanceof Error ? failure.message : String(failure);
  return (
    <Alert color="red" role="alert" title={words} data-status={refused?.status}>
      {said && (
        <Text size="sm" className="said">
          {refused ? `${people.serverSays} ${said}` : said}
        </Text>
      )}
    </Alert>
  );
}

/** Shows what was asked for once it is there. Asks again when `key` changes. */
export function Answered<Answer>({ ask, again, children }: { ask(): Promise<Answer>; again?: unknown; children(answer: Answer): ReactNode }) {
  const { people } = useWords();
  const [answer, setAnswer] = useState<{ value: Answer } | { failure: unknown }>();
  useEffect(() => {
    let wanted = true;
    ask().then(
      (value) => wanted && setAnswer({ value }),
      (failure: unknown) => wanted && setAnswer({ failure }),
    );
    return () => {
      wanted = false;
    };
  }, [again]);
  if (!answer) {
    return (
      <div role="status">
        <Loader size="sm" /> {people.loading}
      </div>
    );
  }
  return "failure" in answer ? <Failure failure={answer.failure} /> : <>{children(answer.value)}</>;
}
