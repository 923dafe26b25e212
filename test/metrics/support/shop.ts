import type { INestApplication } from '@nestjs/common';
import { PermanentError, StepHandler, type StepContext } from '@tasker/nestjs';
import { Registry } from 'prom-client';
import type { AccessPolicy } from '../../../src/access/access-policy';
import { TaskerMetricsModule, type TaskerMetricsOptions } from '../../../src/metrics/index';
import type { TestApps, TestOptions } from '../../module/support/boot-app';

/** What the scraper sends. */
export const BEARER = 'scrape-me';

const policy: AccessPolicy = {
  authenticate: (incoming) => {
    const { authorization } = (incoming as { headers: Record<string, string | undefined> }).headers;
    if (authorization !== `Bearer ${BEARER}`) return Promise.resolve(null);
    return Promise.resolve({ id: 'prometheus', permissions: ['tasker.metrics:index'], namespaces: '*' });
  },
};

/** How an order of the test goes. */
export interface ShopContext {
  readonly goes?: 'well' | 'wrong' | 'again';
}

@StepHandler('charge')
class Charge {
  process(step: StepContext<ShopContext>): void {
    const { goes } = step.task.context;
    if (goes === 'wrong') throw new PermanentError('the card is stolen');
    if (goes === 'again' && step.attempt === 1) throw new Error('the bank is busy');
  }
}

@StepHandler('ship')
class Ship {
  process(step: StepContext): void {
    step.publish('order.shipped');
  }
}

const template = {
  ...{ namespace: 'shop', name: 'order', version: '1.0.0' },
  steps: [
    { name: 'charge', handler: 'charge', backoff: { delaysMs: [0] } },
    { name: 'ship', handler: 'ship', dependsOn: ['charge'], customEvents: ['order.shipped'] },
  ],
};

/** A process of the shop as Prometheus sees it: an application with a port and a registry of its own. */
export async function openShop(
  apps: TestApps,
  url: string,
  options: TestOptions,
  metrics: TaskerMetricsOptions = {},
): Promise<{ app: INestApplication; target: string }> {
  const registry = new Registry();
  const compiled = await apps.compile(
    {
      imports: [TaskerMetricsModule.register({ registry, access: policy, gaugesMaxAgeMs: 0, ...metrics })],
      providers: [Charge, Ship],
      options: { ...options, templates: [template] },
    },
    url,
  );
  const app = apps.keep(compiled.createNestApplication({ logger: false }));
  await app.listen(0, '127.0.0.1');
  return { app, target: new URL(await app.getUrl()).host };
}
