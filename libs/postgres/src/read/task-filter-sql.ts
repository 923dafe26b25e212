import {
  attributeConditions,
  shownState,
  STEP_STATE_CODES,
  STEP_STATES,
  TASK_STATE_CODES,
  type AttributeCondition,
  type StepState,
  type TaskFilter,
  type TaskState,
} from '@tasker/core';

/** Final states the happy path never writes: a partial index of the history has them all. */
const RARE_TASK_STATES: readonly TaskState[] = ['error', 'cancelled', 'resolved_manually'];
const RARE_STEP_STATES: readonly StepState[] = ['error', 'skipped', 'cancelled', 'resolved_manually'];
const LIVE_TASK_STATES: readonly TaskState[] = ['pending', 'in_progress'];
const LIVE_STEP_STATES: readonly StepState[] = ['in_progress', 'waiting_for_retry', 'waiting'];

/**
 * No task below the floor has anything that can move, but for those whose steps wait without a worker, perhaps for months.
 * Subselects, so that each is computed once; the primary key serves both.
 */
const LIVE_FLOOR =
  '(t.id >= (select tasker.live_floor_v1()) or t.id = any (array(select w.task_id from tasker.step_waits w)))';

type Bind = (value: unknown) => string;
const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];
const within = <T>(values: readonly T[], set: readonly T[]): boolean => values.every((value) => set.includes(value));

/**
 * A filter as an SQL condition over `TASKS` of task-statements.ts. The schema is
 * written as `tasker.`: pass the whole statement through `withSchema`.
 *
 * Besides what it must say, it says what it knows about where such tasks are, so that no index on the columns a running
 * task changes is needed: live tasks lie above a floor, failed ones are in a partial index of the history.
 *
 * @param filter checked before by `checkTaskFilter`
 * @param values what the statement has as parameters already; those of the condition are appended
 * @returns in parentheses; `(true)` for an empty filter
 * @public
 */
export function taskFilterSql(filter: TaskFilter, values: unknown[]): string {
  const bind: Bind = (value) => `$${values.push(value)}`;
  const parts = [...columns(filter, bind), ...states(filter, bind), ...steps(filter, bind), ...times(filter, bind)];
  return parts.length === 0 ? '(true)' : `(${parts.join(' and ')})`;
}

/** True when the filter's states alone keep the search short, however many tasks there are. @internal */
export function isNarrowState({ state }: TaskFilter): boolean {
  return state !== undefined && (within(list(state), LIVE_TASK_STATES) || within(list(state), RARE_TASK_STATES));
}

function columns(filter: TaskFilter, bind: Bind): string[] {
  const { ids, namespace, hold, tags, context, annotation } = filter;
  const texts = {
    ...{ 'm.name': filter.name, 'm.version': filter.version },
    ...{ 't.identity': filter.identity, 't.correlation_id': filter.correlationId },
    ...{ 't.initiator': filter.initiator, 't.source_system': filter.sourceSystem },
  };
  const parts = Object.entries(texts).flatMap(([column, value]) =>
    value === undefined ? [] : [`${column} = ${bind(value)}`],
  );
  if (namespace !== undefined) parts.push(`m.namespace = any (${bind(list(namespace))}::text[])`);
  if (ids !== undefined) parts.push(`t.id = any (${bind(ids)}::bigint[])`);
  if (hold !== undefined)
    parts.push(hold ? 't.hold and t.id in (select o.task_id from tasker.operated_tasks o where o.hold)' : 'not t.hold');
  // The second half names the predicate of the partial index.
  if (tags !== undefined) parts.push(`t.tags @> ${bind(tags)}::text[] and t.tags <> '{}'`);
  parts.push(...attributeConditions(filter).map((condition) => hasAttribute(condition, bind)));
  if (context !== undefined) parts.push(`t.context @> ${bind(JSON.stringify(context))}::jsonb`);
  if (annotation !== undefined) {
    const contains =
      annotation.contains === undefined
        ? ''
        : ` and a.annotation @> ${bind(JSON.stringify(annotation.contains))}::jsonb`;
    parts.push(`t.id in (select a.task_id from tasker.task_annotations a
      where a.annotation_type_id = (select y.id from tasker.annotation_types y where y.name = ${bind(annotation.type)})${contains})`);
  }
  return parts;
}

function hasAttribute({ name, kind, comparisons }: AttributeCondition, bind: Bind): string {
  const [column, type] = kind === 'text' ? ['a.text_value', 'text'] : ['a.number_value', 'float8'];
  const compared = comparisons.map(({ sign, values }) =>
    sign === '=' ? `${column} = any (${bind(values)}::${type}[])` : `${column} ${sign} ${bind(values[0])}::${type}`,
  );
  const parts = [`a.name = ${bind(name)}`, ...compared].join(' and ');
  return `t.id in (select a.task_id from tasker.task_attributes a where ${parts})`;
}

function states({ state }: TaskFilter, bind: Bind): string[] {
  if (state === undefined) return [];
  const wanted = list(state);
  const codes = bind(wanted.map((name) => TASK_STATE_CODES[name]));
  const parts = [`y.state = any (${codes}::smallint[])`];
  if (within(wanted, LIVE_TASK_STATES)) parts.push(LIVE_FLOOR);
  if (within(wanted, RARE_TASK_STATES)) {
    parts.push(
      `t.id in (select h.task_id from tasker.task_history h where tasker.task_rare_v1(h.to_state) and h.to_state = any (${codes}::smallint[]))`,
    );
  }
  return parts;
}

function times(filter: TaskFilter, bind: Bind): string[] {
  const parts: string[] = [];
  const compare = (column: string, sign: string, value: TaskFilter['requestedAfter']): void => {
    if (value !== undefined) parts.push(`${column} ${sign} ${bind(value)}::timestamptz`);
  };
  compare('t.requested_at', '>=', filter.requestedAfter);
  compare('t.requested_at', '<', filter.requestedBefore);
  compare('t.finished_at', '<', filter.finishedBefore);
  if (filter.finishedAfter !== undefined) {
    const since = bind(filter.finishedAfter);
    parts.push(`t.finished_at >= ${since}::timestamptz`);
    // Where such tasks are: the history is read by time, the tasks themselves are not.
    parts.push(
      `t.id in (select h.task_id from tasker.task_history h where h.at >= ${since}::timestamptz and tasker.task_ended_v1(h.to_state))`,
    );
  }
  return parts;
}

function steps(filter: TaskFilter, bind: Bind): string[] {
  const { step, stepState, errorKind, errorFingerprint, errorMessage } = filter;
  const name = step === undefined ? undefined : bind(step);
  const parts: string[] = [];
  if (name !== undefined && stepState === undefined) {
    parts.push(
      `exists (select 1 from tasker.step_templates n where n.template_id = t.template_id and n.name = ${name})`,
    );
  }
  if (name !== undefined && stepState !== undefined) parts.push(...stepInState(name, list(stepState), bind));
  if (errorKind !== undefined || errorFingerprint !== undefined || errorMessage !== undefined) {
    const kind = errorKind === undefined ? '' : ` and h.error ->> 'kind' = ${bind(errorKind)}`;
    const group = errorFingerprint === undefined ? '' : ` and h.fingerprint = ${bind(errorFingerprint)}`;
    // Not a pattern: what is typed has no signs of its own.
    const said =
      errorMessage === undefined
        ? ''
        : ` and position(lower(${bind(errorMessage)}) in lower(h.error ->> 'message')) > 0`;
    // A step in error and its last failure were written by one statement, with one time.
    parts.push(`t.id in (select h.task_id from tasker.step_history h
        join tasker.steps s on s.task_id = h.task_id and s.position = h.position
         and s.state = tasker.step_error() and s.finished_at = h.at
       where h.to_state = tasker.step_error() and tasker.step_rare_v1(h.to_state)${kind}${group}${said}${
         name === undefined
           ? ''
           : ` and h.position = (select n.position from tasker.step_templates n where n.name = ${name} and n.template_id =
               (select y.template_id from tasker.tasks y where y.id = h.task_id))`
       })`);
  }
  return parts;
}

function stepInState(name: string, wanted: readonly StepState[], bind: Bind): string[] {
  // Only these two are states of steps that may have no row; the view knows the rule.
  if (wanted.includes('pending') || wanted.includes('ready')) {
    const seen = `exists (select 1 from tasker.task_steps v
      where v.task_id = t.id and v.name = ${name} and v.state = any (${bind(wanted)}::text[]))`;
    return within(wanted, [...LIVE_STEP_STATES, 'ready']) ? [seen, LIVE_FLOOR] : [seen];
  }
  const codes = bind(
    STEP_STATES.filter((state) => wanted.includes(shownState(state))).map((state) => STEP_STATE_CODES[state]),
  );
  const touched = `exists (select 1 from tasker.steps s join tasker.step_templates n on n.position = s.position
    where s.task_id = t.id and n.template_id = t.template_id and n.name = ${name} and s.state = any (${codes}::smallint[]))`;
  if (within(wanted, LIVE_STEP_STATES)) return [touched, LIVE_FLOOR];
  if (!within(wanted, RARE_STEP_STATES)) return [touched];
  return [
    touched,
    `t.id in (select h.task_id from tasker.step_history h where tasker.step_rare_v1(h.to_state) and h.to_state = any (${codes}::smallint[]))`,
  ];
}
