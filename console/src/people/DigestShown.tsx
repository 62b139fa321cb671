import { Text } from "@mantine/core";
import { bytesToHex } from "@noble/hashes/utils";
import { digestOf, type TypedData } from "../passkey/typed-data";
import { useWords } from "../words/language";

/** What a key is about to sign, as this page computed it (KEY-1). */
export function DigestShown({ data, help }: { data: TypedData; help: string }) {
  const { sign } = useWords().people;
  return (
    <div>
      <Text size="sm" fw={600}>
        {sign.digestOther}
      </Text>
      <Text className="exact" data-digest={data.primaryType}>
        {bytesToHex(digestOf(data))}
      </Text>
      <Text size="sm">{help}</Text>
    </div>
  );
}
