import type { StepTemplateDefinition, TaskTemplateDefinition } from '@tasker/core';

/**
 * Steps by how many others must end before them at least: those of one level may run at the same time.
 *
 * @returns level by level, each in the order of the template
 * @internal
 */
export function stepLevels({ steps }: TaskTemplateDefinition): (readonly StepTemplateDefinition[])[] {
  const positionOf = new Map(steps.map(({ name }, position) => [name, position]));
  const waiting = steps.map(({ dependsOn }) => dependsOn.length);
  const children = steps.map((): number[] => []);
  steps.forEach(({ dependsOn }, position) => {
    for (const parent of dependsOn) children[positionOf.get(parent) ?? -1]?.push(position);
  });
  const levels: StepTemplateDefinition[][] = [];
  let level = [...steps.keys()].filter((position) => waiting[position] === 0);
  while (level.length > 0) {
    levels.push(level.flatMap((position) => steps[position] ?? []));
    const reached = level.flatMap((position) => children[position] ?? []);
    level = reached.filter((child) => (waiting[child] = (waiting[child] ?? 0) - 1) === 0).sort((a, b) => a - b);
  }
  return levels;
}

/** The levels drawn for a terminal: one line per step, with what it waits for. @internal */
export function drawLevels(definition: TaskTemplateDefinition): string {
  const levels = stepLevels(definition);
  const width = Math.max(...definition.steps.map(({ name }) => name.length));
  const digits = String(levels.length).length;
  return levels
    .flatMap((level, index) =>
      level.map(({ name, dependsOn }, place) => {
        const head = place === 0 ? String(index + 1).padStart(digits) : ' '.repeat(digits);
        const after = dependsOn.length === 0 ? '' : ` <- ${dependsOn.join(', ')}`;
        return `${head} ${bracket(place, level.length)} ${dependsOn.length === 0 ? name : name.padEnd(width)}${after}`;
      }),
    )
    .join('\n');
}

function bracket(place: number, size: number): string {
  if (size === 1) return '-';
  if (place === 0) return '/';
  return place === size - 1 ? '\\' : '|';
}
