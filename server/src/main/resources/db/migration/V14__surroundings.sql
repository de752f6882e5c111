-- Devices, as device managers, signals and nobody else report them.
create table device (
    id                text   primary key,
    owner             text,            -- the person, or null
    managed           integer,         -- 1, 0; null until a posture was reported
    platform          text,
    reported_at       bigint,
    reported_by       text,
    compliant         integer,         -- 1, 0; null until somebody said so
    compliant_at      bigint,
    compliant_by      text
);
create index device_of on device (owner) where owner is not null;

-- Keys that live in a device: thumbprints of DPoP and DBSC keys (RFC 7638) and of certificates (RFC 8705).
create table device_key (
    thumbprint text primary key,
    device     text not null references device (id)
);
create index device_key_of on device_key (device);

-- What was found about a session when the level of its risk changed last: JSON {"level","findings"}.
create table session_risk (
    session    text   primary key,
    state      text   not null,
    changed_at bigint not null
);

-- Where a principal is known to act from, and where it was last: JSON {"countries","systems","place","seen_at"}.
create table principal_profile (
    principal text   primary key,
    profile   text   not null,
    seen_at   bigint not null
);

-- What others say of the risk of a session or principal, the newest of each source.
create table risk_report (
    subject text   not null,
    source  text   not null,
    level   text   not null,
    reason  text   not null,
    at      bigint not null,
    primary key (subject, source)
);
