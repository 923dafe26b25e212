import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { TaskerError } from '@tasker/core';
import type { Distribution } from './distribution';
import type { MetricDefinition } from './metric-table';

/** One value with its labels. @internal */
export type Sample<T = number> = readonly [labels: Readonly<Record<string, string>>, value: T];
/** Any metric of prom-client. @internal */
export type AnyMetric = Counter | Gauge | Histogram;

type Samples<T> = () => Iterable<Sample<T>> | Promise<Iterable<Sample<T>>>;

/**
 * The metrics of one application in one registry; they take their values when they are scraped. They are put there when
 * the application has booted: one that fails on the way leaves nothing behind.
 *
 * @internal
 */
export class MetricSet {
  private readonly metrics = new Map<string, AnyMetric>();

  constructor(private readonly registry: Registry) {}

  /** @throws {TaskerError} TSK_BOOT_INVALID when another application of this process has it in the same registry */
  add(definition: MetricDefinition, samples: Samples<number>): void {
    const config = this.config(definition);
    if (definition.type === 'counter') this.metrics.set(definition.name, counter(config, samples));
    else this.metrics.set(definition.name, gauge(config, samples));
  }

  /** @throws {TaskerError} TSK_BOOT_INVALID as `add` */
  addHistogram(definition: MetricDefinition, samples: Samples<Distribution>): void {
    const { buckets = [] } = definition;
    const config = { ...this.config(definition), buckets: [...buckets] };
    this.metrics.set(definition.name, new DistributionHistogram(config, samples));
  }

  get(name: string): AnyMetric | undefined {
    return this.metrics.get(name);
  }

  /** @throws {TaskerError} TSK_BOOT_INVALID as `add` */
  register(): void {
    for (const [name, metric] of this.metrics) {
      this.assertFree(name);
      this.registry.registerMetric(metric);
    }
  }

  /** Takes its metrics out of the registry, which may live longer than the application. */
  remove(): void {
    for (const [name, metric] of this.metrics) {
      if (this.registry.getSingleMetric(name) === metric) this.registry.removeSingleMetric(name);
    }
    this.metrics.clear();
  }

  private config({ name, help, labels }: MetricDefinition) {
    this.assertFree(name);
    return { name, help, labelNames: [...labels], registers: [] };
  }

  private assertFree(name: string): void {
    if (!this.registry.getSingleMetric(name)) return;
    throw new TaskerError('TSK_BOOT_INVALID', `The registry has a metric ${name} already.`, {
      hint: 'Two applications in one process each need a registry of their own: pass `registry`.',
    });
  }
}

type Config = ReturnType<MetricSet['config']>;

function counter(config: Config, samples: Samples<number>): Counter {
  return new Counter({
    ...config,
    async collect() {
      const values = await samples();
      this.reset();
      for (const [labels, value] of values) this.inc(labels, value);
    },
  });
}

function gauge(config: Config, samples: Samples<number>): Gauge {
  return new Gauge({
    ...config,
    async collect() {
      const values = await samples();
      this.reset();
      // A gauge without labels is 0 after a reset; no sample means that nothing is known.
      if (config.labelNames.length === 0) this.remove();
      for (const [labels, value] of values) this.set(labels, value);
    },
  });
}

/** A histogram of prom-client whose observations were counted elsewhere. */
class DistributionHistogram extends Histogram {
  constructor(
    private readonly settings: Config & { readonly buckets: number[] },
    private readonly samples: Samples<Distribution>,
  ) {
    super(settings);
  }

  override async get(): ReturnType<Histogram['get']> {
    const { name, help } = this.settings;
    const values = [...(await this.samples())].flatMap(([labels, distribution]) =>
      exported(name, labels, distribution),
    );
    return { name, help, type: 'histogram', values, aggregator: 'sum' } as unknown as Awaited<
      ReturnType<Histogram['get']>
    >;
  }

  /** The registry asks for this one, if there is, to print. */
  getForPromString(): ReturnType<Histogram['get']> {
    return this.get();
  }
}

function exported(name: string, labels: Sample['0'], { bounds, counts, sum, count }: Distribution) {
  let below = 0;
  const buckets = bounds.map((le, index) => {
    below += counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
