-- Keys on devices without network.
create table offline_key (
    id         text   primary key,
    person     text   not null,
    method     text   not null, -- ed25519, ocra
    material   text   not null, -- the public key, base64url; or the secret, sealed
    label      text   not null,
    created_at bigint not null,
    revoked_at bigint
);
create index offline_key_of_person on offline_key (person);

-- One enrolment at a time of each person, until the device has proved that it has the key.
create table offline_enrolment (
    person     text    primary key,
    method     text    not null,
    nonce      text    not null,
    secret     text,            -- sealed
    attempts   integer not null,
    expires_at bigint  not null
);

-- What a device was shown and has not answered yet. Weeks may pass.
create table offline_challenge (
    request    text    not null references access_request (id),
    person     text    not null,
    key_id     text    not null references offline_key (id),
    nonce      text    not null,
    attempts   integer not null,
    expires_at bigint  not null,
    primary key (request, person, key_id)
);
