package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.merkle.Digest;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.crypto.Hash;

/** Call data of a contract function, put together argument by argument. */
@SuppressWarnings("rawtypes") // web3j's encoder takes its Type raw
final class AbiCall {
  private final String signature;
  private final List<Type> arguments = new ArrayList<>();

  private AbiCall(String signature) {
    this.signature = signature;
  }

  /** For a function such as {@code head(bytes32)}; a static struct counts as its members. */
  static AbiCall of(String signature) {
    return new AbiCall(signature);
  }

  AbiCall bytes32(Digest value) {
    arguments.add(new Bytes32(value.bytes()));
    return this;
  }

  /** Any unsigned integer: all of them are one word. */
  AbiCall uint(long value) {
    return uint(BigInteger.valueOf(value));
  }

  AbiCall uint(BigInteger value) {
    arguments.add(new Uint256(value));
    return this;
  }

  AbiCall address(Address value) {
    arguments.add(new org.web3j.abi.datatypes.Address(value.hex()));
    return this;
  }

  AbiCall string(String value) {
    arguments.add(new Utf8String(value));
    return this;
  }

  AbiCall bytes(Bytes value) {
    arguments.add(new DynamicBytes(value.toArray()));
    return this;
  }

  AbiCall bytes32Array(List<Digest> values) {
    List<Bytes32> words = values.stream().map(value -> new Bytes32(value.bytes())).toList();
    arguments.add(new DynamicArray<>(Bytes32.class, words));
    return this;
  }

  AbiCall addressArray(List<Address> values) {
    List<org.web3j.abi.datatypes.Address> words =
        values.stream().map(value -> new org.web3j.abi.datatypes.Address(value.hex())).toList();
    arguments.add(new DynamicArray<>(org.web3j.abi.datatypes.Address.class, words));
    return this;
  }

  Bytes data() {
    return Bytes.fromHex(FunctionEncoder.encode(selector(signature), arguments));
  }

  /** {@code 0x} and the first four bytes of the signature's Keccak-256. */
  static String selector(String signature) {
    return topic(signature).substring(0, 10);
  }

  /** {@code 0x} and the signature's Keccak-256: the first topic of an event. */
  static String topic(String signature) {
    return Bytes.of(Hash.sha3(signature.getBytes(StandardCharsets.UTF_8))).hex();
  }
}
