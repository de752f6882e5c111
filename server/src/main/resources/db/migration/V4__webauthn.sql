-- Authenticators of people.
create table webauthn_credential (
    id              text    primary key, -- credential id, base64url
    person          text    not null,
    aaguid          ${bytes} not null,
    public_key      ${bytes} not null,   -- COSE_Key
    counter         bigint  not null,
    backup_eligible integer not null,
    label           text    not null,
    created_at      bigint  not null,
    last_used_at    bigint
);
create index webauthn_credential_of_person on webauthn_credential (person);

-- Challenges of registration and step-up, by their SHA-256: for one purpose, browser session and session; spent once.
create table webauthn_challenge (
    hash            text   primary key,
    purpose         text   not null,
    browser_session text   not null,
    session         text   not null,
    expires_at      bigint not null,
    spent_at        bigint
);
create index webauthn_challenge_of_browser on webauthn_challenge (browser_session);
create index webauthn_challenge_expiry on webauthn_challenge (expires_at);

-- Refused assertions of the last minutes: what holds back guessing.
create table webauthn_failure (
    id     text   primary key,
    person text   not null,
    at     bigint not null
);
create index webauthn_failure_of_person on webauthn_failure (person, at);
