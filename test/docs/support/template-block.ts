import { isTaskerError, parseTemplateYaml } from '@tasker/core';
import { STEP_KEYS } from '../../../libs/core/src/rules/template/yaml/template-keys';
import { placeOf, type CodeBlock } from './code-blocks';

/**
 * Reads a block as the loader reads a file. A block without `step_templates` is a part: of a step when it begins with a
 * key of steps, else of the template.
 *
 * @returns the faults, by place
 */
export function templateFaults(block: CodeBlock): string[] {
  try {
    parseTemplateYaml(wholeTemplate(block.text), { source: placeOf(block) });
    return [];
  } catch (error) {
    if (!isTaskerError(error)) throw error;
    return error.details?.map(({ path, message }) => `${path}: ${message}`) ?? [error.message];
  }
}

function wholeTemplate(text: string): string {
  if (/^step_templates:/m.test(text)) return text;
  const [key = ''] = /^\w+(?=:)/m.exec(text) ?? [];
  const step = 'name: part\nstep_templates:\n  - name: only\n    handler: only\n';
  return STEP_KEYS.includes(key) ? step + text.replaceAll(/^/gm, '    ') : step + text;
}
