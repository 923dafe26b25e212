import type { TaskTemplateDefinition } from '@tasker/core';
import { step, template } from '../../support/engine-templates';

/** How the driver wants a worker. */
export interface WorkerSetup {
  readonly url: string;
  readonly name: string;
  readonly leaseMs: number;
}

/** A boot that failed, as an operator reads it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What a worker tells its driver. */
export type WorkerReport =
  | { readonly kind: 'started' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** A line of its log, of level warn or above, that is not about a single step. */
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'ended'; readonly taskId: string };

/** Every kind of settlement: several roots and sinks, a join, a step that runs again. */
export const UPGRADED: TaskTemplateDefinition = template('upgraded', [
  step('first', [], { handler: 'work' }),
  step('aside', [], { handler: 'work' }),
  step('left', ['first'], { handler: 'work' }),
  step('right', ['first'], { handler: 'work', handlerConfig: { failsFirst: true } }),
  step('last', ['left', 'right'], { handler: 'work' }),
]);
