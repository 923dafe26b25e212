import type { Rule } from '@angular-devkit/schematics';
import { subscriberFile, subscriberSpec } from './files/subscriber-files';
import { Application, type ApplicationOptions } from './source/application';
import { relativeImport } from './source/relative-import';
import { assertName, kebabCase, pascalCase } from './source/words';

/** Options of the schematic `subscriber`; see its schema. */
export interface SubscriberOptions extends ApplicationOptions {
  readonly name: string;
  readonly events?: string;
  readonly path?: string;
  readonly spec?: boolean;
}

const DEFAULT_EVENTS = 'task.completed,task.failed';

/** `nest g -c @tasker/nestjs subscriber <name>`: a provider that listens to events, with its spec. */
export const subscriber =
  (options: SubscriberOptions): Rule =>
  (tree, context) => {
    assertName(options.name, 'subscriber');
    const app = new Application(tree, context, options);
    const className = `${pascalCase(options.name).replace(/Subscriber$/, '')}Subscriber`;
    const file = `${kebabCase(options.name).replace(/-subscriber$/, '')}.subscriber`;
    const base = `${options.path ?? `${app.sourceRoot}/tasks`}/${file}`;
    const events = (options.events ?? DEFAULT_EVENTS).split(',').map((event) => event.trim());
    app.create(`${base}.ts`, subscriberFile(className, events));
    if (options.spec ?? true) {
      app.create(`${base}.spec.ts`, subscriberSpec(className, `${file}${app.importSuffix}`, events));
    }
    if (!app.moduleMentions(className)) {
      const uses = [{ name: className, from: relativeImport(app.modulePath, `${base}.ts`, app.importSuffix) }];
      app.addToModule([{ list: 'providers', expression: className, uses }]);
    }
    return app.format();
  };
