import type { Rule } from '@angular-devkit/schematics';
import { exampleHandlers, exampleTemplate } from './files/example-files';
import { Application, type ApplicationOptions } from './source/application';
import type { ModuleAddition } from './source/module-edit';
import { relativeImport } from './source/relative-import';

/** Options of the schematic `nest-add`; see its schema. */
export interface NestAddOptions extends ApplicationOptions {
  readonly example?: boolean;
}

const ENVIRONMENT = `# Where Tasker keeps its tasks; it makes a schema of its own there.
DATABASE_URL=postgres://postgres:postgres@localhost:5432/app
`;

/** `nest add @tasker/nestjs`: the module, a folder of templates with an example, and a sample of the environment. */
export const nestAdd =
  ({ example = true, ...options }: NestAddOptions): Rule =>
  (tree, context) => {
    const app = new Application(tree, context, options);
    if (!app.moduleMentions('TaskerModule')) app.addToModule([taskerModule(app)]);
    if (example) addExample(app);
    app.append('.env.example', 'DATABASE_URL', ENVIRONMENT);
    const absent = ['pg', 'typeorm', 'reflect-metadata', 'rxjs'].filter((peer) => !app.depends(peer));
    if (absent.length > 0) app.say(`Tasker needs ${absent.join(', ')} beside it: npm install ${absent.join(' ')}`);
    app.say('Set DATABASE_URL, start the application, and create a task with TaskerService.create({ name: "hello" }).');
    app.say('Call app.enableShutdownHooks() in main.ts, so that a stopping process hands its steps back at once.');
    return app.format();
  };

/** An application that has a ConfigModule gets its connection string from there. */
function taskerModule(app: Application): ModuleAddition {
  const tasker = { name: 'TaskerModule', from: '@tasker/nestjs' };
  if (app.depends('@nestjs/config') && app.moduleMentions('ConfigModule')) {
    return {
      list: 'imports',
      expression: `TaskerModule.forRootAsync({
  inject: [ConfigService],
  useFactory: (config: ConfigService) => ({
    database: { url: config.getOrThrow<string>('DATABASE_URL') },
    templates: ['tasks/**/*.yaml'],
  }),
})`,
      uses: [tasker, { name: 'ConfigService', from: '@nestjs/config' }],
    };
  }
  return {
    list: 'imports',
    expression: `TaskerModule.forRoot({
  database: { url: process.env['DATABASE_URL'] ?? '' },
  templates: ['tasks/**/*.yaml'],
})`,
    uses: [tasker],
  };
}

function addExample(app: Application): void {
  app.create('tasks/hello.yaml', exampleTemplate);
  app.create(`${app.sourceRoot}/tasks/hello.handlers.ts`, exampleHandlers);
  const from = relativeImport(app.modulePath, `${app.sourceRoot}/tasks/hello.handlers.ts`, app.importSuffix);
  const handlers = ['PrepareGreeting', 'DeliverGreeting'].filter((name) => !app.moduleMentions(name));
  app.addToModule(handlers.map((name) => ({ list: 'providers', expression: name, uses: [{ name, from }] })));
}
