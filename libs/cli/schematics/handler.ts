import type { Rule } from '@angular-devkit/schematics';
import { handlerFile, handlerSpec } from './files/handler-files';
import { Application, type ApplicationOptions } from './source/application';
import { relativeImport } from './source/relative-import';
import { assertName, kebabCase, pascalCase, snakeCase } from './source/words';

/** Options of the schematic `handler`; see its schema. */
export interface HandlerOptions extends ApplicationOptions {
  readonly name: string;
  readonly path?: string;
  readonly spec?: boolean;
}

/** `nest g -c @tasker/nestjs handler <name>`: a step handler with its spec, as a provider of the module. */
export const handler =
  (options: HandlerOptions): Rule =>
  (tree, context) => {
    assertName(options.name, 'handler');
    const app = new Application(tree, context, options);
    addHandler(app, options);
    return app.format();
  };

/** Writes the files and registers the class. */
export function addHandler(app: Application, { name, path, spec = true }: HandlerOptions): void {
  const className = pascalCase(name);
  const base = `${path ?? `${app.sourceRoot}/tasks`}/${kebabCase(name)}.handler`;
  app.create(`${base}.ts`, handlerFile(snakeCase(name), className));
  if (spec) app.create(`${base}.spec.ts`, handlerSpec(className, `${kebabCase(name)}.handler${app.importSuffix}`));
  if (app.moduleMentions(className)) return;
  const uses = [{ name: className, from: relativeImport(app.modulePath, `${base}.ts`, app.importSuffix) }];
  app.addToModule([{ list: 'providers', expression: className, uses }]);
}
