-- A scan of the whole store and how far it is (EXP-6). The node that scans writes its beat; another one takes over a
-- scan whose node is silent.
create table store_scan (
  scan_id varchar(64) primary key,
  state varchar(16) not null,
  node varchar(36) not null,
  beat_millis bigint not null,
  started_millis bigint not null,
  ended_millis bigint,
  rows_done bigint not null,
  rows_total bigint not null,
  findings bigint not null
);
create index store_scan_started on store_scan (started_millis);

-- What a scan found, the first ones of it.
create table store_scan_finding (
  scan_id varchar(64) not null,
  number integer not null,
  kind varchar(32) not null,
  place varchar(400) not null,
  what varchar(2000) not null,
  primary key (scan_id, number)
);
