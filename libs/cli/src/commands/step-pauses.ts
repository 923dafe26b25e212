import { VERBS, type StepPause, type StepPauseTarget } from '@tasker/core';
import { Argument, type Command } from 'commander';
import type { Wire } from '../backend/wire';
import type { Column } from '../output/table';
import { age } from '../output/times';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import {
  referenceText,
  REFERENCE_FORM,
  templateReference,
  type TemplateReference,
} from '../program/template-reference';
import { addReasonOption } from './act-options';

const COLUMNS: readonly Column<Wire<StepPause>>[] = [
  {
    head: 'TEMPLATE',
    value: ({ namespace, name, version }) => `${namespace}.${name}@${version ?? '*'}`,
    flexible: true,
  },
  { head: 'STEP', value: ({ step }) => step, flexible: true },
  { head: 'ACTOR', value: ({ actor }) => actor },
  { head: 'AGE', value: ({ pausedAt }) => age(pausedAt), align: 'right' },
  { head: 'REASON', value: ({ reason }) => reason, flexible: true },
];

/** `step pause|resume|paused`: incident mode. @internal */
export function addStepPauses(group: Command, calls: Calls): void {
  const everywhere = ({
    word,
    summary,
    description,
  }: (typeof VERBS)['pause_everywhere' | 'resume_everywhere']): Command =>
    addReasonOption(
      group
        .command(word)
        .description(`${summary}. ${description}`)
        .addArgument(
          new Argument('<template>', `which template: ${REFERENCE_FORM}; every version by default`).argParser(
            templateReference,
          ),
        )
        .argument('<step>', 'name of the step'),
    );

  const pause = everywhere(VERBS.pause_everywhere);
  pause.action(
    calls.action<[TemplateReference, string]>(async ({ backend, output, act }, template, step) => {
      const answer = await backend.pauseStep(targetOf(template, step), act);
      output.show(answer, () =>
        output.line(
          `${referenceText(template)} ${step} ${answer.changed ? 'is paused everywhere.' : 'was paused already.'}`,
        ),
      );
    }),
  );
  teach(pause, ['tasker step pause shop.order charge_card --reason "gateway is down"', 'what comes to the step waits']);

  const resume = everywhere(VERBS.resume_everywhere);
  resume.action(
    calls.action<[TemplateReference, string]>(async ({ backend, output, act }, template, step) => {
      const answer = await backend.resumeStep(targetOf(template, step), act);
      const done = answer.changed ? `goes on; ${answer.released} queued.` : 'was not paused.';
      output.show(answer, () => output.line(`${referenceText(template)} ${step} ${done}`));
    }),
  );
  teach(resume, ['tasker step resume shop.order charge_card', 'the same words that paused it']);

  const paused = group.command('paused').description('List the steps that are paused everywhere.');
  paused.action(
    calls.action(async ({ backend, output }) => {
      const pauses = await backend.pausedSteps();
      output.show({ pauses }, () => output.table(COLUMNS, pauses, 'No step is paused.'));
    }),
  );
  teach(paused, ['tasker step paused', 'who paused what, and why']);
}

const targetOf = (template: TemplateReference, step: string): StepPauseTarget => ({ ...template, step });
