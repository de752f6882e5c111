-- What policies were asked and what they said, for the decision's page and for simulation. Not evidence: records may be
-- dropped, and go away when their time is over.
create table decision_record (
    evaluation_id text   primary key,
    at            bigint not null,
    bytes         ${bytes} not null
);
create index decision_record_at on decision_record (at);
