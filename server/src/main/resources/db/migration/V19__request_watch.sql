-- When whom else may sign, and whether they were told.
alter table access_request add column escalates_at bigint;
alter table access_request add column escalated_at bigint;
create index access_request_escalates on access_request (escalates_at)
    where state = 'open' and escalates_at is not null and escalated_at is null;
create index access_request_expires on access_request (expires_at) where state = 'open';
