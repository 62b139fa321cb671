-- AuditEvents are read by the digest of their record (AUD-1).
create index if not exists disclosure_digest on disclosure (digest);
