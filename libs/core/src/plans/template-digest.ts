import { canonicalJson } from '../data/canonical-json';
import type { TaskTemplateDefinition } from '../rules/template/definition';
import { sha256 } from './sha256';

/**
 * SHA-256, as 64 hex digits, of everything that makes a revision what it is: of its canonical text. The order of steps
 * counts, the order of keys does not.
 *
 * @public
 */
export const templateDigest = (definition: TaskTemplateDefinition): string => sha256(canonicalJson(definition));
