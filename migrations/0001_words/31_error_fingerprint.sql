create function tasker.error_fingerprint_v1(p_error jsonb) returns text
language sql immutable parallel safe
return lpad(to_hex(hashtextextended(concat_ws(E'\n', p_error ->> 'kind', p_error ->> 'name', p_error ->> 'code',
                                              tasker.error_pattern_v1(p_error ->> 'message')), 0)), 16, '0');

comment on function tasker.error_fingerprint_v1(jsonb) is
  'Sixteen hexadecimal digits that are the same for failures of one cause: kind, name, code and the pattern of the '
  'message.';
