-- What policies were asked and what they said, for the decision's page and for simulation. Not evidence: records may be
-- dropped, and go away when their time is over. A row holds the records of decisions that were made within a few seconds;
-- an evaluation id begins with its time, and so is found in one of the rows around that time.
create table decision_record (
    first_id text   primary key,
    first_at bigint not null,
    last_at  bigint not null,
    records  integer not null,
    bytes    ${bytes} not null
);
create index decision_record_last_at on decision_record (last_at);
