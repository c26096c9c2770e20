-- Decisions of earlier releases did not say these: the defaults mean "not recorded".
alter table decision add column hook           text not null default '';
alter table decision add column tenant         text;
alter table decision add column outcome        text not null default '';
alter table decision add column label_revision text not null default '';
alter table decision add column software       text not null default '';
alter table decision add column settings       text not null default '{}'; -- JSON: the settings that differ from the declared defaults
alter table decision add column missing        text not null default '[]'; -- JSON: [{fact, why}], why only where values may be stored
alter table decision add column not_evaluated  text not null default '[]'; -- JSON: [{rule, why}], likewise
alter table decision add column inputs         text;                       -- JSON: [{fact, sources, value, at}], as STORE_INPUTS allows; null: not stored

create index decision_by_time_and_id on decision (at, id);
drop index decision_by_time;
create index feedback_by_time on feedback (received_at, id);

-- JWTs that were used: each lets its bearer in once, at whichever instance.
create table token (
  key   text primary key,                    -- SHA-256 of issuer and jti
  until {whole} not null                     -- epoch ms, after which the token has expired and may be forgotten
) {strict};

create index token_by_time on token (until);
