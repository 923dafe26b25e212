import type { Permission } from '../access/permissions';
import type { ErrorCode } from '../../errors/error-codes';
import { LIST_LIMITS, TEXT_LIMITS } from '../request/field-limits';

/** What a verb takes beside its name: what every surface needs to check, describe and ask for it. @public */
export type VerbField = FieldKind & {
  /** A sentence for whoever fills it in. */
  readonly description: string;
  /** Null is a value of its own. */
  readonly nullable?: true;
  /** What is kept of it in the history with the verb; results and inputs stand in the step's own row. */
  readonly audited?: true;
  readonly example?: unknown;
  /** What whoever gives it must be allowed besides the verb, because the verb does that as well. */
  readonly permission?: Permission;
  /** What only a verb with this field can be refused with. */
  readonly errors?: readonly ErrorCode[];
};

type FieldKind =
  | { readonly type: 'choice'; readonly choices: readonly string[]; readonly default?: string }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'flag' }
  /** Limits in characters; `entry` says what one of them is. */
  | { readonly type: 'text'; readonly maxLength: number }
  | { readonly type: 'texts'; readonly maxItems: number; readonly maxLength: number; readonly entry: string }
  /** An object with keys of the caller's choice. */
  | { readonly type: 'record' }
  /** Any JSON. */
  | { readonly type: 'json' };

interface Values {
  integer: number;
  flag: boolean;
  text: string;
  texts: readonly string[];
  record: Readonly<Record<string, unknown>>;
  json: unknown;
}

/** What the field holds in a command. @public */
export type FieldValue<F> =
  | (F extends { readonly choices: readonly (infer C)[] }
      ? C
      : F extends { type: infer T extends keyof Values }
        ? Values[T]
        : never)
  | (F extends { readonly nullable: true } ? null : never);

const running = <D extends 'abort' | 'finish'>(byDefault: D) =>
  ({
    type: 'choice',
    choices: ['abort', 'finish'],
    default: byDefault,
    audited: true,
    description: 'Abort handlers that run at that moment, or let them finish.',
  }) as const satisfies VerbField;

const inputs = {
  type: 'record',
  description: 'Fields of the context that the step shall see with other values.',
  example: { carrier: 'slow-but-sure' },
  errors: ['TSK_CONTEXT_INVALID'],
} as const satisfies VerbField;

/** The fields that verbs are made of. */
export const FIELDS = {
  running,
  inputs,
  step: {
    type: 'text',
    maxLength: TEXT_LIMITS.stepName,
    audited: true,
    description: 'Name of the step.',
    example: 'create_shipment',
  },
  priority: {
    type: 'integer',
    minimum: -100,
    maximum: 100,
    audited: true,
    description: 'The new priority; higher runs first.',
    example: 50,
  },
  attempts: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000,
    audited: true,
    description: 'How many attempts the step has from now on, whatever its template says.',
    example: 10,
  },
  tags: {
    type: 'texts',
    maxItems: LIST_LIMITS.tags,
    maxLength: TEXT_LIMITS.tag,
    audited: true,
    description: 'All tags from now on.',
    entry: 'Tag.',
  },
  taskReason: {
    type: 'text',
    maxLength: TEXT_LIMITS.reason,
    nullable: true,
    description: 'Reason of the request; null takes it back.',
  },
  force: { type: 'flag', audited: true, description: 'Also when the template does not say that it may be skipped.' },
  choice: {
    type: 'texts',
    maxItems: 1_000,
    maxLength: TEXT_LIMITS.stepName,
    audited: true,
    description:
      'Of the steps that this one decides about, those that run. A step that decides needs it; others refuse it.',
    entry: 'Name of a step.',
    example: ['express'],
    errors: ['TSK_CHOICE_INVALID'],
  },
  result: {
    type: 'json',
    description: 'What the step shall have returned.',
    example: { transactionId: 'tx-991' },
    errors: ['TSK_RESULT_INVALID', 'TSK_RESULT_TOO_LARGE'],
  },
  version: {
    type: 'text',
    maxLength: TEXT_LIMITS.version,
    description: 'Version; every one when it is left out.',
    example: '1.0.0',
  },
} as const;
