-- Where the evidence of consents and outcomes stands, for the bundles that prove them.
alter table approval add column signed_index bigint;
alter table approval add column spent_index bigint;
alter table receipt add column outcome_index bigint;
create index approval_of_receipt on approval (receipt) where receipt is not null;
