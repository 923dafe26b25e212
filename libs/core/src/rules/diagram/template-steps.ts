import type { StepTemplateDefinition, TaskTemplateDefinition } from '../template/definition';
import { ENGINE_NAME, isChoice } from '../template/step-kind';
import type { DiagramStep } from './flowchart';

/** Longest condition that is shown whole. */
const MAX_LABEL = 60;

/**
 * The steps of a template as they are drawn: a switch as a rhombus, and the ways that may not be taken with what decides
 * them. Which handler a step has is told where it is not named like the step.
 *
 * @public
 */
export function templateSteps({ steps }: TaskTemplateDefinition): DiagramStep[] {
  const choices = new Map(steps.filter(isChoice).map((step) => [step.name, step]));
  return steps.map((step): DiagramStep => {
    const conditions = Object.fromEntries(
      step.dependsOn.flatMap((parent) => {
        const told = [chosenBy(choices.get(parent), step.name), conditionOf(step)].flatMap((text) => text ?? []);
        return told.length > 0 ? [[parent, told.join(', ')] as const] : [];
      }),
    );
    const note = noteOf(step);
    return {
      ...{ name: step.name, parents: step.dependsOn },
      ...(note === undefined ? {} : { note }),
      ...(step.switch ? { shape: 'rhombus' } : {}),
      ...(Object.keys(conditions).length > 0 ? { conditions } : {}),
    };
  });
}

function chosenBy(parent: StepTemplateDefinition | undefined, child: string): string | undefined {
  if (!parent) return undefined;
  const cases = (parent.switch ?? []).filter(({ steps }) => steps.includes(child));
  return parent.switch
    ? cases.map(({ when }) => (when === undefined ? 'default' : short(when))).join(' or ')
    : 'chosen';
}

const conditionOf = ({ when }: StepTemplateDefinition): string | undefined => when && `when ${short(when)}`;

/** What no edge into the step can tell. */
function noteOf(step: StepTemplateDefinition): string | undefined {
  const condition = step.dependsOn.length === 0 ? conditionOf(step) : undefined;
  const handler = step.handler === step.name || step.handler === ENGINE_NAME ? undefined : step.handler;
  return [handler, condition].flatMap((text) => text ?? []).join(', ') || undefined;
}

const short = (text: string): string =>
  text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL)}…`.toWellFormed() : text;
