create table secret (
  name  text primary key,
  value {bytes} not null
) {strict};

create table decision (
  id            text primary key,
  at            {whole} not null,            -- epoch ms
  service       text not null,
  client        text not null,
  hook_instance text not null,
  patient_key   text not null,               -- HMAC-SHA-256 of client and patient id under secret 'patient-key'
  "user"        text,                        -- who was asked, e.g. Practitioner/x
  profile       text not null,
  content_hash  text not null,
  latency_ms    {real} not null,
  findings      text not null                -- JSON: [{rule, indicator, order, shown, evidenceHash}]
) {strict};

create index decision_of_patient on decision (patient_key, at);
create index decision_by_time on decision (at);

create table card (
  uuid        text primary key,
  decision    text not null references decision (id),
  topic       text,
  rules       text not null,                 -- JSON: [rule]
  suggestions text not null                  -- JSON: [uuid]
) {strict};

create index card_of_decision on card (decision);

-- Append only: the same card may be reported many times.
create table feedback (
  id             {counter},
  card           text not null,              -- as sent; not always a card's uuid
  decision       text references decision (id), -- null: unmatched
  service        text not null,
  client         text not null,
  outcome        text not null check (outcome in ('accepted', 'overridden')),
  suggestions    text not null,              -- JSON: [uuid]
  reason_code    text,
  reason_system  text,
  reason_display text,
  comment        text,
  outcome_at     {whole} not null,           -- epoch ms, by the client's clock
  ahead          {whole} not null,           -- 1: outcome_at lies well after received_at
  received_at    {whole} not null            -- epoch ms
) {strict};

create index feedback_of_decision on feedback (decision, outcome_at);
create index feedback_of_card on feedback (card);
