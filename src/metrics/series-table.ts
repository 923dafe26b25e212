/** Which label values a series stands for. @internal */
export interface SeriesKey {
  readonly namespace: string;
  readonly task: string;
  /** Empty when versions are not told apart. */
  readonly version: string;
  /** Empty for series of tasks. */
  readonly step: string;
}

type Level<V> = Map<string, V>;

const OTHER = 'other';

/**
 * Series by label values, at most so many: what would be one more is counted in the series "other", so that templates
 * made by a program cannot fill the memory of this process and of Prometheus.
 *
 * @internal
 */
export class SeriesTable<T> {
  private readonly root: Level<Level<Level<Level<T>>>> = new Map();
  private readonly entries: [SeriesKey, T][] = [];
  private other: T | undefined;

  constructor(
    private readonly limit: number,
    private readonly make: () => T,
  ) {}

  /** Without the series "other". */
  get size(): number {
    return this.entries.length;
  }

  /** Made when it is new. Maps by plain strings: a joined key would have to be built for every event. */
  at(namespace: string, task: string, version: string, step: string): T {
    return this.root.get(namespace)?.get(task)?.get(version)?.get(step) ?? this.add({ namespace, task, version, step });
  }

  /** In the order they were made, "other" last. */
  *all(): Iterable<[SeriesKey, T]> {
    yield* this.entries;
    if (this.other !== undefined) yield [{ namespace: OTHER, task: OTHER, version: OTHER, step: OTHER }, this.other];
  }

  private add(key: SeriesKey): T {
    if (this.entries.length >= this.limit) return (this.other ??= this.make());
    const series = this.make();
    const tasks = child(this.root, key.namespace, () => new Map<string, Level<Level<T>>>());
    const versions = child(tasks, key.task, () => new Map<string, Level<T>>());
    child(versions, key.version, () => new Map<string, T>()).set(key.step, series);
    this.entries.push([key, series]);
    return series;
  }
}

function child<V>(level: Level<V>, key: string, make: () => V): V {
  const found = level.get(key);
  if (found !== undefined) return found;
  const made = make();
  level.set(key, made);
  return made;
}
