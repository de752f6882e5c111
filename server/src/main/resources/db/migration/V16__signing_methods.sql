-- How a person consented, what they were shown, and for whom they stood in. Other methods than webauthn keep their key's id
-- in credential_id, the key in public_key and the code in signature.
alter table approval add column method text not null default 'webauthn';
alter table approval add column display text not null default ''; -- hash of the display template, empty when not kept
alter table approval add column locale text not null default '';
alter table approval add column acting_for text;

-- The lines of a batch, which the canonical bytes hold by the root of their tree alone.
alter table access_request add column lines ${bytes};
alter table receipt add column lines ${bytes};

-- When something about a request changed last.
alter table access_request add column updated_at bigint not null default 0;
update access_request set updated_at = created_at;
create index access_request_updated on access_request (updated_at);
