-- Nodes hear of changed Consents, and of what these name, from the log and from the rows that wait for it.
drop table consent_touch;
