import type { Fault } from '../../errors/tasker-error';
import { parseExpression } from '../expression/parse-expression';
import { readsOf } from '../expression/expression-reads';
import { partsOf, type SyntaxNode } from '../expression/syntax-tree';
import { branchedSteps } from './branched-steps';
import { stepExpressions } from './check-expressions';
import type { StepTemplateDefinition, TaskTemplateDefinition } from './definition';
import { walkGraph } from './graph';

/** Warnings of one template; each costs a walk over its graph. */
const MAX_WARNINGS = 100;

/**
 * Expressions that read a field of a step which a branch may have left out, and do not ask for null: they fail when it was.
 * A step that only runs when that one has run may read it as it likes.
 *
 * @returns the places, and what would help
 * @internal Of a definition that was found sound.
 */
export function nullReads({ steps }: TaskTemplateDefinition): Fault[] {
  const branched = branchedSteps(steps);
  if (branched.size === 0) return [];
  const warnings: Fault[] = [];
  for (const [index, step] of steps.entries()) {
    for (const { path, text } of stepExpressions(step, `steps[${index}].`)) {
      const tree = parseExpression(text);
      for (const parent of fieldsReadOf(tree)) {
        if (!branched.has(parent) || asksForNull(tree, parent) || runsOnlyAfter(parent, step.name, steps)) continue;
        const message = `reads a field of "${parent}", which a branch may leave out: ask first, parents[…] != null && …`;
        warnings.push({ path, message: message.replace('parents[…]', written(parent)) });
        if (warnings.length === MAX_WARNINGS) return warnings;
      }
    }
  }
  return warnings;
}

const fieldsReadOf = (tree: SyntaxNode): Set<string> =>
  new Set(readsOf(tree).flatMap(({ path }) => (path[0] === 'parents' && path.length > 2 ? [String(path[1])] : [])));

/** Whether the result is compared with null anywhere in the expression. */
function asksForNull(tree: SyntaxNode, parent: string): boolean {
  if (tree.kind === 'binary' && (tree.operator === '==' || tree.operator === '!=')) {
    const operands = [tree.left, tree.right];
    const isNull = operands.some((node) => node.kind === 'value' && node.value === null);
    if (isNull && operands.some((node) => isResultOf(node, parent))) return true;
  }
  return partsOf(tree).some((part) => asksForNull(part, parent));
}

const isResultOf = (node: SyntaxNode, parent: string): boolean =>
  node.kind === 'field' && node.key === parent && node.of.kind === 'name' && node.of.name === 'parents';

/** Whether a step runs only when another one has run, whatever branches do. */
function runsOnlyAfter(first: string, then: string, steps: readonly StepTemplateDefinition[]): boolean {
  const sure = new Set([first]);
  for (const position of walkGraph(steps).order) {
    const { name, dependsOn, runIf } = steps[position] as StepTemplateDefinition;
    if (dependsOn.length === 0 || runIf === 'always') continue;
    const isSure = (parent: string): boolean => sure.has(parent);
    if (runIf === 'all' ? dependsOn.some(isSure) : dependsOn.every(isSure)) sure.add(name);
  }
  return then !== first && sure.has(then);
}

const written = (step: string): string => (/^[A-Za-z_]\w*$/.test(step) ? `parents.${step}` : `parents["${step}"]`);
