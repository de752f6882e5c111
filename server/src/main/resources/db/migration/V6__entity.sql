-- The stored entity graph. It consists of sources, each replaced by itself; a source's entities are those of its live
-- generation. A generation is written in many small commits before it goes live in one.

-- One row. Every change of the graph raises the version; nodes read the graph again when it differs from theirs.
create table entity_graph (
    id              integer primary key check (id = 1),
    version         bigint not null,
    next_generation bigint not null,
    kept_from       bigint not null -- changes up to this version may be incomplete: deleted entities were forgotten
);
insert into entity_graph (id, version, next_generation, kept_from) values (1, 0, 1, 0);

create table entity_generation (
    generation bigint primary key,
    source     text   not null,
    state      text   not null, -- LOADING, LIVE, DEAD
    touched_at bigint not null  -- a load that is not touched any more is over
);
create unique index entity_generation_live on entity_generation (source) where state = 'LIVE';

create table entity (
    generation bigint not null,
    type       text   collate ${byte_order} not null,
    id         text   collate ${byte_order} not null,
    body       text,            -- JSON {"attrs","parents","tags"}; null: deleted, until nodes have seen it
    version    bigint not null, -- of the graph that first had it so; 0 for what its generation began with
    primary key (generation, type, id)
);
create index entity_changed on entity (version) where version > 0;

-- What the claims mapping of the policy folder kept of the identity provider's claims: JSON {"attrs","parents"}.
alter table session add column claims text;
