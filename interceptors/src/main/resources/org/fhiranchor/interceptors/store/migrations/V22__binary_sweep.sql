-- How far the versions that were stored before binary_reference was kept have been looked through for what they refer
-- to (OWN-2). One row, made here; done_at is null until the last version was looked at.
create table binary_sweep (
  sweep_id integer not null primary key,
  seen_pid bigint,
  done_at timestamp
);
insert into binary_sweep (sweep_id) values (1);
