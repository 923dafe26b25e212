import type { TaskTemplateDefinition } from '@tasker/core';
import type { Session } from '../database/session';

/** Which template. @public */
export interface TemplateAddress {
  readonly namespace: string;
  readonly name: string;
  /** Default: the highest. */
  readonly version?: string;
}

/** A revision as it was registered. @public */
export interface TemplateRevision {
  readonly id: number;
  readonly version: string;
  readonly revision: number;
  readonly definition: TaskTemplateDefinition;
}

/** Templates as applications have registered them. @public */
export class TemplateCatalogue {
  constructor(private readonly session: Session) {}

  /** The newest revision of the given version, or of the highest; undefined: there is none. */
  async find({ namespace, name, version }: TemplateAddress): Promise<TemplateRevision | undefined> {
    const values = [namespace, name, version ?? null];
    return (await this.session.named<TemplateRevision>('templates/newest-revision', values))[0];
  }

  /** Versions of a template, each once, in no order. */
  async versions(namespace: string, name: string): Promise<string[]> {
    const rows = await this.session.named<{ version: string }>('templates/template-versions', [namespace, name]);
    return rows.map(({ version }) => version);
  }

  /** All templates by namespace and name, with their versions in no order. */
  list(): Promise<{ namespace: string; name: string; versions: string[] }[]> {
    return this.session.named('templates/template-list', []);
  }

  /** Names of all templates, each as `namespace.name`. */
  async names(): Promise<string[]> {
    return (await this.session.named<{ known: string }>('templates/template-names', [])).map(({ known }) => known);
  }
}
