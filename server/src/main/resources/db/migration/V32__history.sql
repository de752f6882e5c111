-- What people had permitted, for the policies that ask: human is the one name of whoever asked, unapproved is 1 when nobody else
-- signed, amount counts ten-thousandths of the currency.
alter table receipt add column human text not null default '';
alter table receipt add column unapproved integer not null default 1;
alter table receipt add column amount bigint;
alter table receipt add column currency text;
update receipt set human = person;
update receipt set unapproved = 0
where exists (select 1 from approval where receipt = receipt.id and person <> receipt.person);
create index receipt_history on receipt (human, issued_at, type, unapproved, currency, amount, outcome);
