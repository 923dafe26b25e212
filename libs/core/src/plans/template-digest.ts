import { createHash } from 'node:crypto';
import { canonicalJson } from '../data/canonical-json';
import type { TaskTemplateDefinition } from '../rules/template/definition';

/**
 * SHA-256, as 64 hex digits, of everything that makes a revision what it is. The order of steps counts, the order of
 * keys does not.
 *
 * @public
 */
export const templateDigest = (definition: TaskTemplateDefinition): string =>
  createHash('sha256').update(canonicalJson(definition)).digest('hex');
