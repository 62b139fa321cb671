-- One row: the second database, by the name of the keys in it that contents of disclosures are closed with (DIS-9). It is
-- not a row of disclosure_key: nodes of the version before want that table to have one.
create table disclosure_content_keys (
  id integer primary key,
  name varchar(64) not null
);
