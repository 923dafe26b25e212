import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';
import type { TaskTemplateDefinition } from './definition';

/** SHA-256, in hex, of everything that makes a revision what it is. */
export const templateDigest = (definition: TaskTemplateDefinition): string =>
  createHash('sha256').update(canonicalJson(definition)).digest('hex');
