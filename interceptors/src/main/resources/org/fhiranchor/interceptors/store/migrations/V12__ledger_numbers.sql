-- Anybody may grant on the ledger with any two uint64: kept exactly.
alter table consent_state alter column not_before set data type numeric(20);
alter table consent_state alter column not_after set data type numeric(20);
alter table consent_link alter column not_before set data type numeric(20);
alter table consent_link alter column not_after set data type numeric(20);

-- The registry numbers its events from this version on, and an earlier contract is followed no more: every node begins
-- at the new contract's first block. event_number is that of the newest event up to the block.
drop table ledger_cursor;
create table ledger_cursor (
  contract varchar(42) not null,
  block_number bigint not null,
  block_hash bytea not null,
  event_number bigint not null,
  primary key (contract, block_number)
);

-- What strangers wrote on the ledger is no longer kept.
delete from consent_state where not exists (
  select 1 from consent_link l join subject_key k on k.patient = l.patient
  where l.ledger_id = consent_state.ledger_id and k.address = consent_state.grantor
);
