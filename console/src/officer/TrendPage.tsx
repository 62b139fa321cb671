import { SegmentedControl, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { Session } from "../fhir/session";
import { usePageTitle } from "../pages/usePageTitle";
import { Answered } from "../people/Answered";
import { Time } from "../people/time";
import { countsOf, type Day } from "./journal";
import { Plot } from "./Plot";
import { useOfficerWords } from "./useOfficerWords";

const DAYS = ["7", "14", "30"];

export default function TrendPage({ session }: { session: Session }) {
  const { trend } = useOfficerWords();
  usePageTitle(trend.title);
  const [days, setDays] = useState("14");
  return (
    <Stack gap="lg">
      <Title order={1}>{trend.title}</Title>
      <Text>{trend.about}</Text>
      <SegmentedControl aria-label={trend.days} data={DAYS.map((value) => ({ value, label: `${value} ${trend.days}` }))} value={days} onChange={setDays} />
      <Answered key={days} ask={() => countsOf(session, Number(days))}>
        {(counted) => <Counted counted={counted} />}
      </Answered>
    </Stack>
  );
}

function Counted({ counted }: { counted: Day[] }) {
  const { trend } = useOfficerWords();
  const sum = (of: (day: Day) => number | undefined) => counted.reduce((all, day) => all + (of(day) ?? 0), 0);
  return (
    <>
      <Text fw={600} id="sum">
        {trend.sum(sum(({ refused }) => refused), sum(({ emergencies }) => emergencies))}
      </Text>
      <Plot days={counted} />
      <Table id="counts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{trend.day}</Table.Th>
            <Table.Th>{trend.refused}</Table.Th>
            <Table.Th>{trend.emergency}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...counted].reverse().map(({ day, refused, emergencies }) => (
            <Table.Tr key={day} data-day={day}>
              <Table.Th scope="row">
                <Time of={day} />
              </Table.Th>
              <Table.Td>{refused ?? trend.unknown}</Table.Td>
              <Table.Td>{emergencies ?? trend.unknown}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
