-- When a request ended, and whether somebody said that it was not genuine: how approvers fare with what they are asked.
alter table access_request add column ended_at bigint;
alter table access_request add column disowned integer not null default 0;
update access_request set ended_at = updated_at where state <> 'open';
update access_request set disowned = 1 where state = 'denied' and reason in ('Not genuine', 'This was not me');
create index access_request_created on access_request (created_at);
create index access_request_ended on access_request (person, ended_at);
create index access_request_denied_by on access_request (ended_by, ended_at) where state = 'denied';
