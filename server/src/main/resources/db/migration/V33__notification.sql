-- Where people want to hear that something waits for them. code is what was sent there to confirm it, hashed.
create table notification_channel (
    id              text    primary key,
    person          text    not null,
    kind            text    not null, -- mail, push
    address         text    not null,
    public_key      text,
    auth            text,
    code            text,
    code_expires_at bigint,
    guesses         integer not null,
    confirmed_at    bigint,
    created_at      bigint  not null,
    unique (person, kind, address)
);

-- Codes that were sent in the last hour, whatever became of the channel.
create table notification_code (
    person  text   not null,
    address text   not null,
    at      bigint not null
);
create index notification_code_at on notification_code (at);

-- Minutes of the day in the person's zone; both null when there are no quiet hours.
create table notification_preference (
    person      text    primary key,
    quiet_from  integer,
    quiet_until integer,
    zone        text    not null,
    urgent      integer not null
);

-- What happened to requests and nobody was told of yet.
create table notification_event (
    id      text   primary key,
    request text   not null,
    kind    text   not null,
    at      bigint not null,
    due_at  bigint not null
);
create index notification_event_due on notification_event (due_at);

-- What is to be told to whom: a channel or the address of a webhook. due_at is null when it was told or given up. The unique key
-- keeps people from being told twice that the same request waits.
create table notification (
    id         text    primary key,
    request    text    not null,
    kind       text    not null,
    topic      text    not null,
    target     text    not null,
    at         bigint  not null,
    due_at     bigint,
    attempts   integer not null,
    last_error text,
    created_at bigint  not null,
    unique (request, topic, target)
);
create index notification_due on notification (due_at) where due_at is not null;
create index notification_old on notification (created_at);
