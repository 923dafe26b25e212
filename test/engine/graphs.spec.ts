import type { StepContext } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { chain, fan, step, template } from '../support/engine-templates';

const harness = engineHarness();

/** Returns the step's name and what it got from its parents. */
const echo = async (own: StepContext): Promise<unknown> => ({ name: own.name, from: own.parents });

describe('shapes of a graph', () => {
  it('runs a chain in order, each step with the result of the one before', async () => {
    const plan = await harness.template(template('chain', chain(5, { handler: 'count' })));
    const worker = await harness.start({
      handlers: {
        count: async ({ parents }) => 1 + ((Object.values(parents)[0] as number | undefined) ?? 0),
      },
    });
    const taskId = await harness.run(worker, plan);
    const rows = await harness.rows.steps(taskId);
    expect(rows.map((row) => [row.position, row.state, row.result])).toEqual(
      [0, 1, 2, 3, 4].map((position) => [position, 'complete', position + 1]),
    );
    expect((await harness.rows.history(taskId)).map((row) => row.position)).toEqual([0, 1, 2, 3, 4]);
    expect(await harness.rows.taskState(taskId)).toBe('complete');
  });

  it('runs a diamond: the join once, after all its parents, with their results by name', async () => {
    const plan = await harness.template(
      template('diamond', [
        step('top', [], { handler: 'echo' }),
        step('left', ['top'], { handler: 'echo' }),
        step('right', ['top'], { handler: 'echo' }),
        step('bottom', ['left', 'right'], { handler: 'echo' }),
      ]),
    );
    const worker = await harness.start({ handlers: { echo } });
    const taskId = await harness.run(worker, plan);
    const rows = await harness.rows.steps(taskId);
    const top = { name: 'top', from: {} };
    expect(rows[3]?.result).toEqual({
      name: 'bottom',
      from: { left: { name: 'left', from: { top } }, right: { name: 'right', from: { top } } },
    });
    expect(await harness.rows.history(taskId)).toHaveLength(4);
  });

  it('starts every root and ends when the last of several sinks has', async () => {
    const plan = await harness.template(
      template('several', [step('r1'), step('r2'), step('r3'), step('s1', ['r1', 'r2']), step('s2', ['r2', 'r3'])]),
    );
    const worker = await harness.start();
    const taskId = await harness.run(worker, plan);
    expect(Object.values(await harness.rows.stepStates(taskId))).toEqual(Array(5).fill('complete'));
    expect(harness.eventNames(taskId).at(-1)).toBe('task.completed');
  });

  it('runs steps that nothing connects', async () => {
    const plan = await harness.template(template('islands', [step('a'), step('b'), step('c')]));
    const worker = await harness.start();
    expect(await harness.finished(await harness.create(worker, plan))).toBe('complete');
  });

  it('fans out to a thousand steps and back in', async () => {
    const plan = await harness.template(template('wide', fan(1_000)));
    const worker = await harness.start({ concurrency: 50 });
    const taskId = await harness.run(worker, plan);
    const states = Object.values(await harness.rows.stepStates(taskId));
    expect(states).toHaveLength(1_002);
    expect(new Set(states)).toEqual(new Set(['complete']));
  });

  it('runs a layered graph in which joins share parents', async () => {
    const layers = Array.from({ length: 6 }, (_, layer) =>
      Array.from({ length: 5 }, (__, index) =>
        step(`l${layer}_${index}`, layer === 0 ? [] : [`l${layer - 1}_${index}`, `l${layer - 1}_${(index + 1) % 5}`]),
      ),
    ).flat();
    const plan = await harness.template(template('layered', layers));
    const worker = await harness.start();
    const tasks = await harness.createMany(worker, plan, 20);
    expect(new Set(await harness.allFinished(tasks))).toEqual(new Set(['complete']));
  });
});

describe('what a handler receives', () => {
  it('has the task, the attempt, the configuration and a key that stays the same for every attempt', async () => {
    const seen: unknown[] = [];
    const plan = await harness.template(
      template('context', [step('only', [], { handler: 'look', handlerConfig: { url: 'x' } })], { version: '2.1.0' }),
    );
    const worker = await harness.start({
      handlers: {
        look: async ({ task, attempt, config, idempotencyKey, name, workerId }) => {
          seen.push({ task, attempt, config, idempotencyKey, name, workerId });
          if (attempt === 1) throw new Error('again');
          return null;
        },
      },
    });
    const taskId = await harness.run(worker, plan, { contextOf: { order: 7 }, correlationId: 'c-1', priority: 3 });
    const task = { id: taskId, namespace: 'default', name: 'context', version: '2.1.0', context: { order: 7 } };
    const idempotencyKey = expect.stringMatching(`^[0-9a-z]{16}:${taskId}:only$`) as string;
    const common = { config: { url: 'x' }, idempotencyKey, name: 'only' };
    expect(seen).toEqual(
      [1, 2].map((attempt) => ({
        ...common,
        attempt,
        task: { ...task, correlationId: 'c-1', priority: 3 },
        workerId: worker.engine.workerId,
      })),
    );
  });

  it('gives each attempt copies of its own', async () => {
    const plan = await harness.template(
      template('copies', [
        step('make', [], { handler: 'make' }),
        step('a', ['make'], { handler: 'spoil' }),
        step('b', ['a', 'make'], { handler: 'keep' }),
      ]),
    );
    const worker = await harness.start({
      handlers: {
        make: async () => ({ list: [1] }),
        spoil: async ({ parents, task }) => {
          (parents['make'] as { list: number[] }).list.push(2);
          (task.context as { n: number }).n = 9;
          return null;
        },
        keep: async ({ parents, task }) => ({ made: parents['make'], context: task.context }),
      },
    });
    const taskId = await harness.run(worker, plan, { contextOf: { n: 1 } });
    expect((await harness.rows.steps(taskId))[2]?.result).toEqual({ made: { list: [1] }, context: { n: 1 } });
  });

  it('gives null for a parent that returned nothing', async () => {
    const plan = await harness.template(template('nothing', [step('a'), step('b', ['a'], { handler: 'echo' })]));
    const worker = await harness.start({ handlers: { noop: async () => undefined, echo } });
    const taskId = await harness.run(worker, plan);
    expect((await harness.rows.steps(taskId))[1]?.result).toEqual({ name: 'b', from: { a: null } });
  });

  it('runs inside the scope of its attempt', async () => {
    const plan = await harness.template(template('scope', [step('only')]));
    const worker = await harness.start();
    const taskId = await harness.run(worker, plan, { traceParent: '00-1-2-01' });
    expect(worker.scopes).toEqual([
      expect.objectContaining({ taskId, step: 'only', attempt: 1, task: 'scope', traceParent: '00-1-2-01' }),
    ]);
  });
});
