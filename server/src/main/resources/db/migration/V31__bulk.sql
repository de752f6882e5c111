-- Several requests that were submitted as one task, and what an enforcement point said to recognise a repeated submission.
create table bulk_request (
    id                text   primary key,
    enforcement_point text   not null,
    created_at        bigint not null
);
create table bulk_item (
    bulk     text    not null references bulk_request (id),
    position integer not null,
    request  text    not null references access_request (id),
    asked    text    not null,
    primary key (bulk, position)
);
create index bulk_item_of_request on bulk_item (request);

create table submission (
    enforcement_point text   not null,
    idempotency_key   text   not null,
    body_hash         text   not null,
    task              text   not null,
    kept_until        bigint not null,
    primary key (enforcement_point, idempotency_key)
);

-- Where to tell that a task is over. due_at is null when there is nothing to tell.
create table callback (
    task              text    primary key,
    enforcement_point text    not null,
    endpoint          text    not null,
    state             text,
    events            text    not null,
    told              text,
    due_at            bigint,
    due_since         bigint,
    attempts          integer not null,
    last_error        text,
    given_up_at       bigint
);
create index callback_due on callback (due_at) where due_at is not null;
