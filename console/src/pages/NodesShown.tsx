import { Table, Title } from "@mantine/core";
import type { LedgerNode } from "../fhir/actuator";
import { MOMENT, WithTime } from "../people/time";
import { useLanguage } from "../words/language";

/** The nodes that the ledger is asked through, each as it answered last. */
export function NodesShown({ nodes }: { nodes: LedgerNode[] }) {
  const { words, language } = useLanguage();
  const { operator } = words;
  return (
    <section aria-labelledby="nodes-title" id="nodes">
      <Title order={2} id="nodes-title" mb="xs">
        {operator.nodes}
      </Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{operator.node}</Table.Th>
            <Table.Th>{operator.state}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {nodes.map(({ place, state, since, block }) => (
            <Table.Tr key={place} data-node={state}>
              <Table.Th scope="row" className="exact">
                {place}
              </Table.Th>
              <Table.Td className="said">
                <WithTime sentence={operator.nodeState(operator.nodeStates[state] ?? state, MOMENT)} of={since} />
                {block !== null && `, ${operator.newest(block.toLocaleString(language))}`}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
