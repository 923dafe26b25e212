/** Which events of those subscribed to a listener wants; every field narrows, and a list takes any of its values. @public */
export interface TaskerEventFilter {
  readonly namespace?: string | readonly string[];
  /** Name of the task template. */
  readonly task?: string | readonly string[];
  readonly version?: string | readonly string[];
  readonly step?: string | readonly string[];
  /** Of `custom` events: the name the application gave it. */
  readonly event?: string | readonly string[];
}

type Predicate = (payload: object) => boolean;

/**
 * The filter as a question; an event that has not got a field the filter names does not pass.
 *
 * @internal
 */
export function eventPredicate(filter: TaskerEventFilter): Predicate {
  const wanted = Object.entries(filter)
    .filter(([, values]) => values !== undefined)
    .map(([field, values]) => [field, new Set([values as string | readonly string[]].flat())] as const);
  return (payload) =>
    wanted.every(([field, values]) => values.has((payload as Readonly<Record<string, string>>)[field] ?? ''));
}
