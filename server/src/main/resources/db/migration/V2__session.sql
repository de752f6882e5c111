-- Sessions, their signals, and what may be used once only.
create table session (
    id              text   primary key,
    parent          text   references session (id),
    principal_kind  text   not null,
    principal       text   not null,
    person          text   not null,
    issuer          text   not null,
    client          text   not null,
    login_acr       text   not null,
    login_amr       text   not null, -- JSON array
    login_at        bigint not null,
    step_up_acr     text,
    step_up_amr     text,            -- JSON array
    step_up_at      bigint,
    binding         text   not null, -- none, dpop, mtls
    binding_key     text,
    group_names     text   not null, -- JSON array
    state           text   not null,
    state_reason    text,
    started_from    text,
    user_agent      text,
    started_at      bigint not null,
    idle_expires_at bigint not null,
    expires_at      bigint not null,
    signals         integer not null
);
create index session_of_person on session (person, started_at);
create index session_of_parent on session (parent);

create table session_signal (
    session text    not null references session (id),
    at      bigint  not null,
    kind    text    not null,
    detail  text    not null,
    seen    integer not null -- how many this row stands for
);
create index session_signal_of on session_signal (session, at);

-- Hashes of ID tokens and client assertions that were used, until they expire.
create table used_once (
    hash       text   primary key,
    expires_at bigint not null
);
create index used_once_expiry on used_once (expires_at);
