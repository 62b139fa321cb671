-- Only who holds the log's signing key can make a row that counts (FOL-3): an HMAC under a key derived from it.
alter table anchor_pending add column seal bytea;
alter table gate_binding add column seal bytea;
-- The sequencer asks of each waiting leaf whether it has its place already; a patient's chain of disclosures can be very long.
create index anchor_leaf_salt on anchor_leaf (salt);
