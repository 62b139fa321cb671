-- Who holds a page link or a subscription (G3, G12), for all nodes.
create table gate_binding (
  kind varchar(16) not null,
  name varchar(64) not null,
  holder text not null,
  bound_at timestamp with time zone not null,
  primary key (kind, name)
);
create index gate_binding_bound_at on gate_binding (kind, bound_at);
