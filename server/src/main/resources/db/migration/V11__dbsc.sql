-- Keys of browsers (Device Bound Session Credentials), the cookies that stand for a proof of them, and what authenticates
-- our challenges. session.binding has one more word: dbsc.
create table dbsc_key (
    session       text   primary key references session (id),
    public_key    ${bytes} not null, -- SubjectPublicKeyInfo
    thumbprint    text   not null,
    algorithm     text   not null,
    registered_at bigint not null
);

create table dbsc_cookie (
    cookie_hash  ${bytes} primary key,
    session      text    not null references session (id),
    number       integer not null, -- of the session's proofs, in order
    proved_at    bigint  not null,
    confirmed_at bigint,           -- when the browser first sent it back
    demanded_at  bigint,           -- when it was first taken away for a new proof
    demands      integer not null  -- how often since
);
create index dbsc_cookie_of_session on dbsc_cookie (session, number);
create index dbsc_cookie_age on dbsc_cookie (proved_at);

create table dbsc_secret (
    id     integer primary key,
    secret ${bytes} not null
);
