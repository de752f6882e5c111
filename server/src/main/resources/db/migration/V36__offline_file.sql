-- Files of many requests for one key on a device without network, numbered for each key.
alter table offline_key add column issued_files bigint not null default 0;   -- the number of the last file
alter table offline_key add column last_file text;                           -- its SHA-256
alter table offline_key add column answered_files bigint not null default 0; -- the number of the last one that was answered

create table offline_file (
    key_id     text   not null references offline_key (id),
    sequence   bigint not null,
    sha256     text   not null,
    items      text   not null, -- JSON: request and nonce of each, in the order of the file
    expires_at bigint not null,
    primary key (key_id, sequence)
);

-- Codes of a person that answered nothing, whatever the request; also those that are being looked at.
create table offline_wrong_code (
    id     text   primary key,
    person text   not null,
    at     bigint not null
);
create index offline_wrong_code_of_person on offline_wrong_code (person, at);
