create function tasker.error_pattern_v1(p_message text) returns text
language sql immutable parallel safe
return btrim(regexp_replace(regexp_replace(left(p_message, 500),
  -- Quoted text, uuids, hexadecimal, numbers: what differs between two failures of one cause. An apostrophe inside a
  -- word quotes nothing. One literal, written on several lines.
  '(?<!\w)\x27[^\x27]*\x27(?!\w)|\x22[^\x22]*\x22|\x60[^\x60]*\x60'
  '|\m[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\M'
  '|\m0[xX][0-9a-fA-F]+\M|\m(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}\M|\d+([.,:]\d+)*',
  '?', 'g'), '\s+', ' ', 'g'));

comment on function tasker.error_pattern_v1(text) is
  'A message with quoted text, uuids, hexadecimal and numbers replaced by ?: equal for failures of one cause.';
