-- Which resources ever referred to which Binary (OWN-2): a Binary belongs to whom these belong.
-- No unique key: two versions that are stored at once may both add the same row.
create table binary_reference (
  target varchar(80) not null,
  source varchar(160) not null
);
create index binary_reference_target on binary_reference (target);
