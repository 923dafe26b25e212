import { canonicalJson } from '../../data/canonical-json';
import type { TaskTemplateDefinition } from '../template/definition';
import type { TaskRequest } from './task-request';

/**
 * What a request means, as text: two requests that mean the same give the same text, whose SHA-256 is their identity
 * under the strategy `hash`. Priority, correlation and trace do not belong to the meaning.
 *
 * @param context as it is stored, defaults applied: JSON text
 * @internal
 */
export function identityText(request: TaskRequest, definition: TaskTemplateDefinition, context: string): string {
  const { namespace, name, version } = definition;
  const { initiator, sourceSystem, reason, bypassSteps, tags } = request;
  const meaning = { namespace, name, version, context: JSON.parse(context) as unknown };
  return canonicalJson({ ...meaning, initiator, sourceSystem, reason, bypassSteps, tags });
}
