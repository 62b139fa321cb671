-- Who asked, as an HMAC under the key of the patients' tags (AUD-4): AuditEvents are searched by it. 32 bytes of zero where
-- the content names no person, or is gone. Null for what was written before; a job notes those after the start.
alter table disclosure add column asker bytea;
create index disclosure_asker on disclosure (asker, recorded_millis);
