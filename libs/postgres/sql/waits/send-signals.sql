-- Purpose: send signals to tasks or keys. Parameters: 1 namespaces, 2 names, 3 keys, 4 tasks, 5 payloads, 6 ids,
--   7 how long each is kept, milliseconds, 8 most that are kept at one address. Rows: one.
-- Index: signal_boxes' address, wait_signals_box. Locks: boxes by address, then waits by task and position.
select array_to_string(outcomes, ',') as outcomes, array_to_string(given, ',') as given, woken,
       date_part('epoch', at) * 1000 as at_ms
  from tasker.send_signals_v1($1, $2, $3, $4, $5, $6, $7, $8)
