-- Uses of permits that are for emergencies, and what came of looking at each.
create table review (
    id          text   primary key,
    policy      text   not null, -- id of the permit
    evaluation  text   not null,
    receipt     text,
    person      text   not null, -- who acted
    principal   text   not null,
    action      text   not null,
    resource    text   not null,
    reviewers   text   not null, -- id of the Group
    opened_at   bigint not null,
    due_at      bigint not null,
    alarmed_at  bigint,          -- that it is overdue
    closed_at   bigint,
    closed_by   text,
    justified   integer,
    finding     text
);
create index review_open on review (due_at) where closed_at is null;
create index review_of_person on review (person, opened_at);
