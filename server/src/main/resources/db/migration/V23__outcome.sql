-- What became of permitted transactions: every word on it, and whose it is.
create table outcome_report (
    receipt        text   not null references receipt (id),
    evidence_index bigint not null,
    outcome        text   not null,
    said_by        text   not null, -- an enforcement point or a person
    note           text,
    at             bigint not null,
    primary key (receipt, evidence_index)
);
-- A transaction that may be tried again: its receipt gives the transaction's id back and keeps it here. Until a new permit, and
-- after it, the receipt stays what it was, with what was spent on it.
alter table receipt add column released_id text;
create index receipt_released on receipt (enforcement_point, released_id) where released_id is not null;
create index receipt_unresolved on receipt (outcome_at) where outcome = 'unknown';
