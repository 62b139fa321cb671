-- Since when a key is bound, and what a passkey last said of itself (KEY-3): how often it has signed, whether it may be
-- copied to other devices (1) and is (2), and the SHA-256 of its last signature. Null for what was bound before, until it
-- signs again. None of it decides about a consent, and no leaf states it.
alter table subject_key add column bound_at timestamp(3) with time zone;
alter table subject_key alter column bound_at set default current_timestamp;
alter table subject_key add column sign_count bigint;
alter table subject_key add column backup_flags integer;
alter table subject_key add column last_signature bytea;
