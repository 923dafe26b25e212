import { InvalidArgumentError } from 'commander';

/** Which template somebody means. @internal */
export interface TemplateReference {
  readonly namespace: string;
  readonly name: string;
  /** Absent: the highest, or every one, as the command says. */
  readonly version?: string;
}

/** How a reference is written, for the help. @internal */
export const REFERENCE_FORM = '[namespace.]name[@version]';

/**
 * Reads `shop.order@1.2.0`: what stands before the first dot is the namespace, `default` when there is none. `/order` is
 * never a namespace, so `default.a.b` names the template `a.b`.
 *
 * @internal
 */
export function templateReference(text: string): TemplateReference {
  const match = /^(?:(?<namespace>[^.@]+)\.)?(?<name>\w[^@]*?)(?:@(?<version>\d+\.\d+\.\d+))?$/.exec(text);
  const { namespace = 'default', name, version } = match?.groups ?? {};
  if (name === undefined) throw new InvalidArgumentError(`It must be a template, written ${REFERENCE_FORM}.`);
  return { namespace, name, ...(version === undefined ? {} : { version }) };
}

/** The reference as text, with its namespace. @internal */
export const referenceText = ({ namespace, name, version }: TemplateReference): string =>
  `${namespace}.${name}${version === undefined ? '' : `@${version}`}`;
