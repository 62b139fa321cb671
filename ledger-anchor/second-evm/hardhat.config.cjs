module.exports = {
  networks: {
    hardhat: {
      chainId: Number(process.env.SECOND_EVM_CHAIN_ID),
      hardfork: "prague",
      accounts: [],
      initialBaseFeePerGas: 1_000_000_000,
      mining: { auto: true, interval: 0 },
    },
  },
  solidity: "0.8.28",
};
