-- What was shown with a challenge, kept with the signature that answers it.
alter table approval_nonce add column display text not null default '';
alter table approval_nonce add column locale text not null default '';

-- Templates that somebody signed under: with the bytes, enough to show again what was shown.
create table display_template (
    hash     text   primary key, -- SHA-256 of template, hex
    type     text   not null,
    template text   not null,    -- JCS
    since    bigint not null
);
