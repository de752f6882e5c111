-- A second person at the enrolment of a key: until they have confirmed it, it signs nothing.
alter table offline_key add column waiting integer not null default 0; -- 1: nobody has confirmed it yet
alter table offline_key add column confirmed_by text;
alter table offline_key add column confirmed_at bigint;

-- What is over is looked for every minute.
create index offline_challenge_until on offline_challenge (expires_at);
