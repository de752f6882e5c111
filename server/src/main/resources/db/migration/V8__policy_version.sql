-- Every set of policies that was ever proposed here. What a row says is believed only as far as its signature, or the
-- settings' own folder, vouches for it.
create table policy_version (
    hash        text   primary key,
    bundle      ${bytes} not null,
    signature   text,
    publisher   text   not null,
    comment     text   not null,
    previous    text,
    proposed_by text   not null,
    proposed_at bigint not null,
    state       text   not null,
    evaluation  text,
    receipt     text
);
create index policy_version_by_time on policy_version (proposed_at);

-- Which set was live, one after the other; the newest row is the live one. The primary key is the compare-and-set: two
-- publications against the same predecessor both want the same number.
create table policy_live (
    version   bigint primary key,
    hash      text   not null references policy_version (hash),
    statement text   not null,
    since     bigint not null
);

-- What each node runs, as it last said.
create table policy_node (
    node    text   primary key,
    hash    text   not null,
    since   bigint not null,
    seen_at bigint not null
);

-- Finds the newest entry of the log about the live set without reading the log.
create index evidence_of_live_policies on evidence (idx)
    where kind in ('policy.first', 'policy.published', 'policy.restored');
