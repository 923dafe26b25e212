import type { StepTemplateDefinition, TaskTemplateDefinition } from '@tasker/core';

/**
 * Steps by how many others must end before them at least: those of one level may run at the same time.
 *
 * @returns level by level, each in the order of the template
 * @internal
 */
export function stepLevels({ steps }: TaskTemplateDefinition): (readonly StepTemplateDefinition[])[] {
  const waiting = new Map(steps.map((step) => [step.name, step.dependsOn.length]));
  const children = new Map<string, string[]>();
  for (const { name, dependsOn } of steps) {
    for (const parent of dependsOn) children.set(parent, [...(children.get(parent) ?? []), name]);
  }
  const levels: StepTemplateDefinition[][] = [];
  for (let level = steps.filter(({ dependsOn }) => dependsOn.length === 0); level.length > 0;) {
    levels.push(level);
    const freed = level
      .flatMap(({ name }) => children.get(name) ?? [])
      .filter((child) => {
        const left = (waiting.get(child) ?? 0) - 1;
        waiting.set(child, left);
        return left === 0;
      });
    const next = new Set(freed);
    level = steps.filter(({ name }) => next.has(name));
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
