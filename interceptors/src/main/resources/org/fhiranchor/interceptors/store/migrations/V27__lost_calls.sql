-- Which calls have a nonce that the ledger does not count as used: those that it has lost.
create index ledger_call_nonce on ledger_call (chain_id, account, nonce);
