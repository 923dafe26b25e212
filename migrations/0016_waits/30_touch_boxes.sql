-- Locks the boxes of these addresses, which may repeat, in their order. Gives back the id of each, in the order given.
create function tasker.touch_boxes_v1(p_namespaces text[], p_names text[], p_keys text[], p_now timestamptz)
returns bigint[]
language plpgsql as $$
begin
  insert into tasker.signal_boxes as b (touched_at, namespace, name, key)
  select p_now, u.* from (select distinct * from unnest(p_namespaces, p_names, p_keys) as a(namespace, name, key)) u
   order by u.namespace, u.key, u.name
  on conflict (namespace, key, name) do update set touched_at = excluded.touched_at;
  return (
    select array_agg(b.id order by u.ord)
      from unnest(p_namespaces, p_names, p_keys) with ordinality as u(namespace, name, key, ord)
     cross join lateral (
       select y.id from tasker.signal_boxes y
        where y.namespace = u.namespace and y.name = u.name and y.key = u.key offset 0) b);
end $$;
