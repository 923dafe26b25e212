import type { OperatorVerb } from '@tasker/core';
import type { Example } from '../program/examples';

/** What only a terminal says of a verb. A verb without manners works, but asks nothing and teaches nothing. @internal */
export interface VerbManners {
  /** Asked before what cannot be undone. */
  readonly question?: (taskId: string, step: string) => string;
  readonly examples: readonly Example[];
}

/** @internal */
export const MANNERS: Readonly<Partial<Record<OperatorVerb, VerbManners>>> = {
  retry: { examples: [['tasker task retry 42 --reason "gateway is back"', 'reopens a task that ended in error']] },
  resume: { examples: [['tasker task resume 42', 'its steps are queued again']] },
  resolve: {
    question: (id) => `Declare task ${id} done? Its open steps are cancelled.`,
    examples: [['tasker task resolve 42 --reason "refunded by hand, OPS-17"', 'it ends as resolved_manually']],
  },
  cancel: {
    question: (id) => `Cancel task ${id} for good?`,
    examples: [
      ['tasker task cancel 42 --reason "ordered twice"', 'running handlers get their abort signal'],
      ['tasker task cancel 42 --running finish', 'let those that run come to their end'],
    ],
  },
  pause: {
    examples: [
      ['tasker task pause 42 --running abort', 'take running steps from their workers; that spends no attempt'],
    ],
  },
  rerun: {
    question: (id, step) => `Run step ${step} of task ${id} and everything after it again, side effects included?`,
    examples: [
      ['tasker task rerun 42 charge_card', 'also of a task that is complete'],
      ['tasker task rerun 42 charge_card --inputs \'{"amountCents":1990}\'', 'with a corrected field'],
    ],
  },
  set_priority: {
    examples: [
      ['tasker task priority 42 90', 'before everything else'],
      ['tasker task priority 42 -- -50', 'after everything else'],
    ],
  },
  retry_step: {
    examples: [
      ['tasker step retry 42 charge_card --reason "gateway is back"', 'reopens its task when that has failed'],
    ],
  },
  cancel_step: {
    question: (id, step) => `Cancel step ${step} of task ${id}? What depends on it can never run.`,
    examples: [['tasker step cancel 42 send_newsletter', 'to go on without it, skip it instead']],
  },
  skip_step: {
    question: (id, step) => `Skip step ${step} of task ${id}? What depends on it sees no result.`,
    examples: [
      ['tasker step skip 42 send_newsletter --reason "opted out"', 'what depends on it runs'],
      ['tasker step skip 42 route --force --choice express', 'it decides which steps run: choose in its place'],
    ],
  },
  resolve_step: {
    question: (id, step) => `Declare step ${step} of task ${id} done?`,
    examples: [
      ['tasker step resolve 42 charge_card --result \'{"paymentId":"p-1"}\' --reason OPS-17', 'charged by hand'],
    ],
  },
};
