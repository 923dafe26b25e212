import type { TemplateSource } from './template-source';

/** What one `TaskerModule.forFeature` contributes. @internal */
export class TaskerFeature {
  constructor(readonly templates: readonly TemplateSource[]) {}
}
