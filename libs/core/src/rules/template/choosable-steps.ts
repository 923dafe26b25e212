import type { StepTemplateDefinition } from './definition';

/**
 * Names of the direct children that a step chooses among, each once; none: it is no choice. Children that are not here
 * run whatever it chooses.
 *
 * @public
 */
export const choosableSteps = ({ switch: cases, choices }: StepTemplateDefinition): readonly string[] => [
  ...new Set(cases ? cases.flatMap(({ steps }) => steps) : choices),
];
