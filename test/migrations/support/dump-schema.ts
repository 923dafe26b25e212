import type { Client } from 'pg';

/** Weekly partitions depend on the day the migrations ran. */
const NOT_WEEKLY = `c.relname !~ '_[0-9]{4}w[0-9]{2}'`;

/** Every part is one query that answers with finished SQL, `sql`, and the object's `oid` to order by. */
const TABLES = `
  select c.oid, case when c.relispartition
    then format(E'create table %s\\n  partition of %s %s', c.oid::regclass, i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid))
    else format(E'create table %s (\\n%s\\n)%s%s', c.oid::regclass, p.parts,
      ' partition by ' || pg_get_partkeydef(c.oid), ' with (' || array_to_string(c.reloptions, ', ') || ')') end as sql
    from pg_class c
    left join pg_inherits i on i.inhrelid = c.oid
    cross join lateral (
      select string_agg('  ' || line, E',\\n' order by rank, place) as parts from (
        select 1 as rank, a.attnum::text collate "C" as name, a.attnum::int as place,
               concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                 case when a.attcollation not in (0, 'pg_catalog."default"'::regcollation) then 'collate ' || a.attcollation::regcollation end,
                 case a.attidentity when 'a' then 'generated always as identity' end,
                 case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid)) as line
          from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        union all
        select 2, k.conname, row_number() over (order by k.conname)::int,
               format('constraint %s %s', quote_ident(k.conname), pg_get_constraintdef(k.oid))
          from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'f')) l) p
   where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and ${NOT_WEEKLY}`;

/** Apart from their tables: their expressions call functions that are younger. */
const GENERATED = `
  select d.oid, format('alter table %s add column %s %s generated always as (%s) stored', c.oid::regclass, quote_ident(a.attname),
                       format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid)) as sql
    from pg_attrdef d join pg_class c on c.oid = d.adrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = d.adnum
   where c.relnamespace = $1::regnamespace and not c.relispartition and a.attgenerated = 's'`;

const INDEXES = `
  select i.indexrelid as oid, pg_get_indexdef(i.indexrelid) as sql
    from pg_index i join pg_class c on c.oid = i.indexrelid
   where c.relnamespace = $1::regnamespace and not c.relispartition
     and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))`;

const FUNCTIONS = `
  select p.oid, pg_get_functiondef(p.oid) as sql from pg_proc p where p.pronamespace = $1::regnamespace`;

const TYPES = `
  select c.oid, format(E'create type %s as (%s)', c.oid::regclass, string_agg(
           format('%s %s', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)) as sql
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
   where c.relnamespace = $1::regnamespace and c.relkind = 'c' group by c.oid`;

const VIEWS = `
  select c.oid, format(E'create view %s as\\n%s', c.oid::regclass, rtrim(pg_get_viewdef(c.oid), ';')) as sql
    from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'v'`;

const COMMENTS = `
  select c.oid, format('comment on %s %s%s is %L', case c.relkind when 'v' then case when d.objsubid = 0 then 'view' else 'column' end
           else case when d.objsubid = 0 then 'table' else 'column' end end, c.oid::regclass, '.' || a.attname, d.description) as sql
    from pg_description d join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
   where c.relnamespace = $1::regnamespace
  union all
  select p.oid, format('comment on function %s is %L', p.oid::regprocedure, d.description)
    from pg_description d join pg_proc p on p.oid = d.objoid and d.classoid = 'pg_proc'::regclass
   where p.pronamespace = $1::regnamespace`;

/**
 * The schema as SQL that makes it again, in the order its objects were made. Text of expressions is the server's, so
 * two dumps can be compared only when servers of the same major version wrote them.
 */
export async function dumpSchema(client: Client, schema: string): Promise<string> {
  // With nothing on the path every name is written with its schema.
  await client.query(`set search_path = ''`);
  const objects = `(${[TABLES, GENERATED, INDEXES, TYPES, FUNCTIONS, VIEWS].join(') union all (')})`;
  const made = await client.query<{ sql: string }>(`select sql from (${objects}) o order by oid`, [schema]);
  const comments = await client.query<{ sql: string }>(`select sql from (${COMMENTS}) o order by oid, sql`, [schema]);
  return [...made.rows, ...comments.rows].map(({ sql }) => `${sql.trimEnd()};\n`).join('\n');
}
