-- Numbers that approvers without an authenticator are told by whoever asked. human is the one name of the approver under
-- whatever accounts: one number waits for each human and request, and one guess takes it away.
create table number_challenge (
    request    text   not null references access_request (id),
    human      text   not null,
    person     text   not null,
    session    text   not null,
    nonce      text   not null,
    number     text   not null,
    display    text   not null,
    locale     text   not null,
    expires_at bigint not null,
    primary key (request, human)
);
create index number_challenge_expires on number_challenge (expires_at);

-- Each wrong guess.
create table number_refused (
    request text   not null references access_request (id),
    human   text   not null,
    at      bigint not null
);
create index number_refused_of on number_refused (human, at);
