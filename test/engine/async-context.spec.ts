import { AsyncLocalStorage } from 'node:async_hooks';
import { EVENT_NAMES } from '@tasker/core';
import type { EngineStore } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

const harness = engineHarness();
const caller = new AsyncLocalStorage<string>();

/** What was done in the context of somebody, and whose it was. */
const sightings: string[] = [];
const note = (what: string): void => {
  const whose = caller.getStore();
  if (whose !== undefined) sightings.push(`${what} in the context of ${whose}`);
};

/** The store, and a note whenever a verb of it is called in a context that is somebody's. */
const noting = (store: EngineStore): EngineStore =>
  new Proxy(store, {
    get(target, name) {
      const real: unknown = Reflect.get(target, name, target);
      if (typeof real !== 'function') return real;
      return (...args: unknown[]): unknown => {
        note(`store.${String(name)}`);
        return (real as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });

const graph = template('somebodys', [
  step('root', [], { handler: 'root' }),
  step('flaky', ['root'], { handler: 'flaky', backoff: { delaysMs: [20] } }),
  step('saves', ['root'], { handler: 'saves', customEvents: [{ name: 'somebodys.saved', description: '' }] }),
  step('join', ['flaky', 'saves'], { handler: 'join' }),
]);

describe('async context', () => {
  it('of whoever creates, or runs a step, is nowhere in the work of the engine', async () => {
    sightings.splice(0);
    const plan = await harness.template(graph);
    const engine = await harness.start({
      wrap: noting,
      handlers: {
        root: async () => note('root'),
        flaky: async ({ attempt }) => {
          note(`flaky ${attempt}`);
          caller.enterWith('a step that entered');
          if (attempt === 1) throw new Error('busy');
        },
        saves: async (context) => {
          note('saves');
          context.publish('somebodys.saved');
          await caller.run('a step', async () => context.publish('somebodys.saved'));
        },
        join: async () => note('join'),
      },
    });
    for (const name of EVENT_NAMES) {
      engine.events.on(name, () => {
        note(name);
        caller.enterWith('a listener that entered');
      });
    }
    await caller.run('the first caller', () => harness.create(engine, plan));
    await caller.run('the second caller', async () => {
      const draft = harness.draft(plan);
      const [created] = await engine.engine.createMany([draft]);
      expect(caller.getStore()).toBe('the second caller');
      if (created) engine.engine.committed(draft, created);
    });
    await harness.allEnded();
    expect(sightings).toEqual([]);
  });

  it('of whoever opens a connection is not that of what comes over it', async () => {
    const { listener, control } = harness.handle;
    const heard: (string | undefined)[] = [];
    const opened = new Promise<void>((resolve) => {
      const watch = {
        lost: () => void heard.push(caller.getStore()),
        opened: async (client: {
          on(event: 'notification', heard: () => void): unknown;
          query(text: string): unknown;
        }) => {
          heard.push(caller.getStore());
          await client.query('listen whispers');
          client.on('notification', () => {
            heard.push(caller.getStore());
            resolve();
          });
        },
      };
      void caller.run('the opener', async () => {
        await listener.watchedBy(watch);
        await listener.discard();
        await listener.open();
        await control.run('', 'notify whispers', []);
      });
    });
    await opened;
    expect(heard).toEqual([undefined, undefined, undefined, undefined]);
  });
});
