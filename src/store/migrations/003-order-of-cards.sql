alter table card add column position {whole} not null default 0; -- 0: the first card of its answer
