-- Logins under way, cookies of browsers, authorization codes. Secrets are stored as their SHA-256 only.
create table login_attempt (
    state_hash ${bytes} primary key,
    browser_hash ${bytes} not null,
    provider   text   not null,
    return_to  text   not null,
    expires_at bigint not null
);
create index login_attempt_expiry on login_attempt (expires_at);

create table browser_cookie (
    cookie_hash ${bytes} primary key,
    session     text   not null,
    expires_at  bigint not null
);
create index browser_cookie_expiry on browser_cookie (expires_at);

-- Used codes stay as long as their session can live: their second use ends it.
create table authorization_code (
    code_hash    ${bytes} primary key,
    session      text   not null,
    client       text   not null,
    redirect_uri text   not null,
    challenge    text   not null,
    thumbprint   text   not null,
    expires_at   bigint not null,
    forget_at    bigint not null,
    used         integer not null
);
create index authorization_code_forget on authorization_code (forget_at);
