import { createHash } from 'node:crypto';

/** How long finished tasks are kept. @public */
export interface RetentionTerms {
  /** Milliseconds from the end of a task that completed, was cancelled or was resolved by hand; null: for ever. */
  readonly keepMs: number | null;
  /** The same for tasks in error, which an operator may still retry; null: for ever. */
  readonly keepErrorsMs: number | null;
  /** `archive` keeps one JSON document of each pruned task, `delete` keeps nothing. */
  readonly mode: 'delete' | 'archive';
}

/** Terms for the templates of one name, in one version or in all. @public */
export interface TemplateRetention extends Partial<RetentionTerms> {
  readonly namespace: string;
  readonly name: string;
  /** Null: every version that has no terms of its own. */
  readonly version: string | null;
}

/** Terms for all templates; those of a template, and before them those of its version, take their place field by field. @public */
export interface RetentionPolicy extends RetentionTerms {
  readonly perTemplate: readonly TemplateRetention[];
}

/** A template revision, as rules know it. */
export interface KnownTemplate {
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

/** Templates whose tasks are kept equally long, and so are looked through together. */
export interface RetentionRule {
  /** Under which the progress is remembered. Another policy, another key: what it passed by is looked at anew. */
  readonly key: string;
  readonly templateIds: readonly number[];
  /** Those among them whose tasks are archived. */
  readonly archivedIds: readonly number[];
  readonly keepMs: number | null;
  readonly keepErrorsMs: number | null;
}

/** True when nothing is ever pruned. @public */
export const keepsAll = ({ keepMs, keepErrorsMs, perTemplate }: RetentionPolicy): boolean =>
  [{ keepMs, keepErrorsMs }, ...perTemplate].every(
    (terms) => (terms.keepMs ?? null) === null && (terms.keepErrorsMs ?? null) === null,
  );

/** The rules of a policy for the templates there are; templates whose tasks are kept for ever are in none. */
export function rulesOf(policy: RetentionPolicy, templates: readonly KnownTemplate[]): RetentionRule[] {
  const digest = policyDigest(policy);
  const groups = new Map<string, RetentionRule & { templateIds: number[]; archivedIds: number[] }>();
  for (const template of templates) {
    const { keepMs, keepErrorsMs, mode } = termsFor(policy, template);
    if (keepMs === null && keepErrorsMs === null) continue;
    const key = `${digest}/${keepMs ?? '-'}/${keepErrorsMs ?? '-'}`;
    const group = groups.get(key) ?? { key, keepMs, keepErrorsMs, templateIds: [], archivedIds: [] };
    groups.set(key, group);
    group.templateIds.push(template.id);
    if (mode === 'archive') group.archivedIds.push(template.id);
  }
  return [...groups.values()];
}

function termsFor(policy: RetentionPolicy, { namespace, name, version }: KnownTemplate): RetentionTerms {
  const own = policy.perTemplate.filter((terms) => terms.namespace === namespace && terms.name === name);
  const ofName = own.find((terms) => terms.version === null);
  const ofVersion = own.find((terms) => terms.version === version);
  return { ...pick(policy), ...pick(ofName), ...pick(ofVersion) } as RetentionTerms;
}

const pick = (terms: Partial<RetentionTerms> = {}): Partial<RetentionTerms> => ({
  ...(terms.keepMs === undefined ? {} : { keepMs: terms.keepMs }),
  ...(terms.keepErrorsMs === undefined ? {} : { keepErrorsMs: terms.keepErrorsMs }),
  ...(terms.mode === undefined ? {} : { mode: terms.mode }),
});

function policyDigest(policy: RetentionPolicy): string {
  const own = policy.perTemplate.map(({ namespace, name, version, ...terms }) =>
    JSON.stringify([namespace, name, version, pick(terms)]),
  );
  const text = JSON.stringify([pick(policy), own.sort()]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
