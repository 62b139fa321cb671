-- An export of $export-provenance and how far it is (EXP-1). Its files are in a folder. The node that makes it writes its
-- beat; another one goes on with an export whose node is silent. Only the holder may have it.
create table provenance_export (
  export_id varchar(64) primary key,
  state varchar(16) not null,
  holder varchar(64) not null,
  requester bytea not null,
  request bytea not null,
  filter bytea not null,
  output_format varchar(16) not null,
  node varchar(36) not null,
  beat_millis bigint not null,
  started_millis bigint not null,
  ended_millis bigint,
  head bytea,
  mark bytea,
  leaves_done bigint not null,
  leaves_total bigint not null
);
create index provenance_export_state on provenance_export (state, started_millis);
