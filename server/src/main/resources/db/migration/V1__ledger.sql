-- The evidence log, its tree and its signed checkpoints; the signing keys.
create table evidence (
    idx     bigint primary key,
    kind    text   not null,
    subject text   not null,
    bytes   ${bytes} not null
);

-- One row: the index that the next entry gets. Updated in every writing transaction, so indices have no gap.
create table evidence_head (
    id         integer primary key check (id = 1),
    next_index bigint not null
);
insert into evidence_head (id, next_index) values (1, 0);

-- C2SP tlog-tiles: up to 256 hashes of 32 bytes; a tile with fewer is the growing right edge of its level.
create table evidence_tile (
    level  integer not null,
    idx    bigint  not null,
    hashes ${bytes} not null,
    primary key (level, idx)
);

-- Each checkpoint continues exactly one other: two sequencers that both believe to be the only one cannot both write.
create table evidence_checkpoint (
    size      bigint primary key,
    previous  bigint not null unique,
    root      ${bytes} not null,
    note      text   not null,
    signed_at bigint not null
);

create table signing_key (
    id          text   primary key,
    purpose     text   not null,
    public_jwk  text   not null,
    private_jwk ${bytes} not null,
    created_at  bigint not null,
    retired_at  bigint
);

-- One key of a purpose signs at a time, also when two nodes start at once.
create unique index signing_key_in_use on signing_key (purpose) where retired_at is null;
