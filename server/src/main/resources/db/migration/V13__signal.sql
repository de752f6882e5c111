-- Who a session's principal is at the identity provider: what signals and logout tokens name.
alter table session add column provider_subject text;
alter table session add column provider_session text;
alter table session add column provider_email text;
alter table session add column provider_device text;
update session set provider_subject = principal;
create index session_of_provider_subject on session (issuer, provider_subject);
create index session_of_provider_session on session (issuer, provider_session) where provider_session is not null;
create index session_of_provider_email on session (issuer, provider_email) where provider_email is not null;
create index session_of_provider_device on session (issuer, provider_device) where provider_device is not null;

-- Accounts that their provider disabled, and since when earlier logins of an account are worth nothing.
create table account_bound (
    issuer     text    not null,
    kind       text    not null, -- sub, email
    value      text    not null,
    blocked    integer not null,
    not_before bigint,
    reason     text    not null,
    since      bigint  not null,
    primary key (issuer, kind, value)
);

-- Whom we tell: streams of receivers, and applications that want to hear of logouts.
create table signal_target (
    id              text    primary key,
    kind            text    not null, -- push, poll, logout
    owner           text    not null,
    status          text    not null, -- enabled, paused, disabled
    status_reason   text,
    endpoint        text,
    authorization_header text,       -- sealed
    events          text    not null, -- JSON array
    description     text,
    created_at      bigint  not null,
    next_position   bigint  not null,
    pending         integer not null,
    attempts        integer not null,
    next_attempt_at bigint  not null,
    last_error      text,
    verification_at bigint  not null,
    lease_owner     text,
    lease_until     bigint  not null
);
create index signal_target_of_owner on signal_target (owner, kind);

-- What has still to be told, in order; written in the transaction of the change that it tells of.
create table signal_outbox (
    target     text   not null references signal_target (id),
    position   bigint not null,
    jti        text   not null,
    claims     text   not null, -- JSON, signed when delivered
    primary key (target, position)
);
create unique index signal_outbox_of_jti on signal_outbox (target, jti);

-- Subjects that a receiver wants to hear nothing of.
create table signal_removed_subject (
    target  text not null references signal_target (id),
    hash    text not null,
    subject text not null, -- JSON
    primary key (target, hash)
);

-- Our streams at those who tell us.
create table signal_subscription (
    transmitter text   primary key,
    stream      text,
    endpoint    text,
    status      text   not null,
    state_hash  text,            -- of the verification that we wait for
    asked_at    bigint not null,
    verified_at bigint not null,
    lease_owner text,
    lease_until bigint not null
);
