-- Sessions as people look for them: by one of these words, newest first. Each index ends in the position of the next page.
create index session_by_start on session (started_at, id);
create index session_by_principal on session (principal, started_at, id);
create index session_by_client on session (client, started_at, id);
create index session_by_address on session (started_from, started_at, id);
create index session_by_key on session (binding_key, started_at, id) where binding_key is not null;
create index session_suspended on session (started_at, id) where state = 'SUSPENDED';
drop index session_of_person;
create index session_of_person on session (person, started_at, id);

-- When it was last used, to within a twentieth of its idle time; null: not since it began.
alter table session add column last_used_at bigint;

-- Since when an authenticator waits to be registered again, because its owner said "this was not me"; null: it does not.
alter table webauthn_credential add column disowned_at bigint;

-- The oldest authentication that a login may be answered with; null: any.
alter table login_attempt add column not_before bigint;

-- Who was prompted to sign within the last hour: a group when a request was opened, a person when their authenticator was
-- asked.
create table approval_prompt (
    request  text   not null references access_request (id),
    prompted text   not null, -- group:NAME or person:ID
    at       bigint not null
);
create index approval_prompt_of on approval_prompt (prompted, at);
create index approval_prompt_age on approval_prompt (at);
create index access_request_by_time on access_request (person, created_at);

-- Finds the newest alarms of the log without reading the log.
create index evidence_of_alarms on evidence (idx) where kind = 'person.disowned_sessions';

-- What a person signed that can still be spent.
create index approval_unspent on approval (person) where withdrawn_at is null and receipt is null;
