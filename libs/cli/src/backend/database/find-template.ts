import { nearestName, TaskerError } from '@tasker/core';
import type { TemplateCatalogue, TemplateRevision } from '@tasker/postgres';
import { referenceText, type TemplateReference } from '../../program/template-reference';

/**
 * The newest revision of the given version, or of the highest.
 *
 * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND naming the nearest one there is
 * @internal
 */
export async function findTemplate(
  templates: TemplateCatalogue,
  reference: TemplateReference,
): Promise<TemplateRevision> {
  const found = await templates.find(reference);
  if (!found) throw await notFound(templates, reference);
  return found;
}

async function notFound(templates: TemplateCatalogue, reference: TemplateReference): Promise<TaskerError> {
  const { namespace, name } = reference;
  const versions = await templates.versions(namespace, name);
  const near = nearestName(referenceText({ namespace, name }), await templates.names());
  const advice =
    versions.length > 0 ? ` There are ${versions.join(', ')}.` : near === undefined ? '' : ` Did you mean ${near}?`;
  return new TaskerError(
    'TSK_TEMPLATE_NOT_FOUND',
    `No template is registered as ${referenceText(reference)}.${advice}`,
    {
      hint: 'An application registers its templates when it starts; check namespace, name and version.',
      data: { ...reference },
    },
  );
}
