import type { Command } from 'commander';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { json, seconds } from '../program/values';

interface SignalOptions {
  readonly task?: string;
  readonly key?: string;
  readonly namespace?: string;
  readonly payload?: unknown;
  readonly id?: string;
  readonly ttl?: number;
}

const OUTCOMES = {
  delivered: 'was delivered',
  kept: 'is kept for whoever waits next',
  dropped: 'was dropped: nobody waits, and it was not to be kept',
  duplicate: 'had been sent before',
  recorded: 'is recorded',
} as const;

/** `signal`. @internal */
export function addSignalCommand(program: Command, calls: Calls): void {
  const signal = program
    .command('signal')
    .description('Send a signal to the steps that wait for it: of one task, or of all that wait at a key.')
    .argument('<name>', 'what waiting steps call it')
    .option('--task <id>', 'the task whose step waits')
    .option('--key <key>', 'what the waiting steps gave as their correlation')
    .option('--namespace <name>', 'of the tasks that wait at the key; default: default')
    .option('--payload <json>', 'JSON for whoever waits; @file or @- reads it', json)
    .option('--id <id>', 'makes a repeat harmless for 7 days')
    .option('--ttl <duration>', 'how long it is kept when nobody waits, such as 1h', seconds);
  signal.action(
    calls.action<[string], SignalOptions>(async ({ backend, output, options }, name) => {
      const { task: taskId, key, namespace, payload, id, ttl } = options;
      const ttlMs = ttl === undefined ? undefined : ttl * 1_000;
      const receipt = await backend.signal(name, { taskId, key, namespace, payload, id, ttlMs });
      output.show(receipt, () => output.line(`The signal ${name} ${OUTCOMES[receipt.outcome]}.`));
    }),
  );
  teach(
    signal,
    ['tasker signal payment_received --task 42 --payload \'{"amount":20}\' --id pay-1', 'to a task, safe to repeat'],
    ['tasker signal price_changed --key sku-7 --ttl 1h', 'to all that wait for that article'],
  );
}
