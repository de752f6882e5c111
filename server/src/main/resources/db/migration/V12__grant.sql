-- Each session has its own idle time and may be limited by what it was granted; a step-up ends by itself.
alter table session add column idle_millis bigint not null default 3600000; -- what it was before it could differ
alter table session add column step_up_until bigint;
alter table session add column granted text; -- JSON {"scopes","audiences","actors","details","derived"}; null: no limits
update session set step_up_until = step_up_at + 900000 where step_up_at is not null;

-- Refresh tokens by their SHA-256. Used ones stay as long as their session can live: their next use ends it.
create table refresh_token (
    token_hash ${bytes} primary key,
    session    text    not null references session (id),
    client     text    not null,
    thumbprint text    not null,
    generation integer not null, -- 1 for the first of a family
    family     text    not null,
    salt       ${bytes} not null, -- with the token itself, makes its successor
    issued_at  bigint  not null,
    used_at    bigint,
    expires_at bigint  not null
);
create index refresh_token_of_session on refresh_token (session);
create index refresh_token_expiry on refresh_token (expires_at);
