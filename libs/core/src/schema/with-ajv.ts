import type { Fault } from '../errors/tasker-error';
import type { JsonSchema } from '../data/json-schema';
import { compileContextValidator as compileValidator, type ContextValidator } from '../rules/request/context-validator';
import { checkDefinition as checkWith } from '../rules/template/check-definition';
import type { TaskTemplateDefinition } from '../rules/template/definition';
import { parseTemplateYaml as parseWith, type ParseTemplateOptions } from '../rules/template/yaml/parse-template-yaml';
import { ajvSchemas } from './ajv-schemas';

/**
 * The rules that read JSON Schemas, as a server runs them. Each is described where the rule is.
 */

/** Finds everything wrong with a definition; empty for a sound one. @public */
export const checkDefinition = (definition: TaskTemplateDefinition): Fault[] => checkWith(definition, ajvSchemas);

/**
 * Reads the templates of a YAML file, one per document.
 *
 * @throws {TaskerError} TSK_TEMPLATE_INVALID with every fault of the file
 * @public
 */
export const parseTemplateYaml = (text: string, options: ParseTemplateOptions): TaskTemplateDefinition[] =>
  parseWith(text, options, ajvSchemas);

/** Compiles the validator of a template's contexts. @public */
export const compileContextValidator = (schema: JsonSchema | undefined): ContextValidator =>
  compileValidator(schema, ajvSchemas);
