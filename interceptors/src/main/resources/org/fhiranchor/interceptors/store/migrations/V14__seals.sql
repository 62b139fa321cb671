-- Only who holds the log's signing key can make a row that counts (FOL-3): an HMAC under a key derived from it.
alter table anchor_pending add column seal bytea;
alter table gate_binding add column seal bytea;
