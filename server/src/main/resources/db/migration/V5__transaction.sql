-- Permitted transactions. The unique key makes a second permit of one transaction impossible, on any node.
create table receipt (
    id                text   primary key,
    enforcement_point text   not null,
    transaction_id    text   not null,
    type              text   not null,
    hash              text   not null,
    canonical         ${bytes} not null,
    requester         text   not null,
    person            text   not null,
    evaluation_id     text   not null,
    policy            text   not null,
    evidence_index    bigint,
    issued_at         bigint not null,
    expires_at        bigint not null,
    outcome           text,
    outcome_at        bigint,
    unique (enforcement_point, transaction_id)
);
create index receipt_of_person on receipt (person, issued_at);

-- Requests for what was missing. canonical is what approvers are shown and sign.
create table access_request (
    id                text   primary key,
    approval          text   not null unique,
    enforcement_point text   not null,
    transaction_id    text   not null,
    type              text   not null,
    hash              text   not null,
    canonical         ${bytes} not null,
    person            text   not null,
    session           text   not null,
    evaluation_id     text   not null,
    policy            text   not null,
    needs             text   not null,
    signature         integer not null,
    state             text   not null,
    ended_by          text,
    reason            text,
    created_at        bigint not null,
    expires_at        bigint not null
);

-- Identical requests are one request; what was denied stays denied.
create unique index access_request_in_force on access_request (enforcement_point, hash)
    where state in ('open', 'denied', 'spent');
create index access_request_of_transaction on access_request (enforcement_point, transaction_id);
create index access_request_open on access_request (person) where state = 'open';

-- Signed consents. At most one of a person in force for each request.
create table approval (
    id                 text   primary key,
    request            text   not null references access_request (id),
    enforcement_point  text   not null,
    hash               text   not null,
    person             text   not null,
    session            text   not null,
    vouched            text   not null,
    nonce              text   not null,
    credential_id      text   not null,
    public_key         text   not null,
    authenticator_data text   not null,
    client_data        text   not null,
    signature          text   not null,
    signed_at          bigint not null,
    withdrawn_at       bigint,
    receipt            text   references receipt (id)
);
create unique index approval_in_force on approval (request, person) where withdrawn_at is null;
create index approval_of_transaction on approval (enforcement_point, hash);

-- One nonce waits for each approver and request; signing takes it away.
create table approval_nonce (
    request    text   not null references access_request (id),
    person     text   not null,
    nonce      text   not null,
    expires_at bigint not null,
    primary key (request, person)
);
