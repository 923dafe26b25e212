import ts from 'typescript';
import { addToModule, moduleMentions, NoModuleError, type ModuleAddition } from './module-edit';

const FORROOT: ModuleAddition = {
  list: 'imports',
  expression: 'Tasker.forRoot({\n  a: 1,\n})',
  uses: [{ name: 'Tasker', from: '@tasker/nestjs' }],
};
const PROVIDER: ModuleAddition = { list: 'providers', expression: 'Work', uses: [{ name: 'Work', from: './work' }] };

const moduleOf = (metadata: string, imports = ''): string =>
  `import { Module } from '@nestjs/common';\n${imports}\n@Module(${metadata})\nexport class AppModule {}\n`;

/** The metadata of the module after the additions. */
const metadataAfter = (metadata: string, ...additions: ModuleAddition[]): string =>
  /@Module\(([^]*)\)\nexport/.exec(addToModule(ts, moduleOf(metadata), additions))?.[1] ?? '';

describe('adding to a module', () => {
  it.each([
    ['{}', '{\n  providers: [Work],\n}'],
    ['{ controllers: [] }', '{\n  providers: [Work], controllers: [] }'],
    ['{ providers: [] }', '{ providers: [Work] }'],
    ['{ providers: [A, B] }', '{ providers: [A, B, Work] }'],
    ['{ providers: [A, B,] }', '{ providers: [A, B, Work,] }'],
    ['{\n  providers: [\n    A,\n    B,\n  ],\n}', '{\n  providers: [\n    A,\n    B,\n    Work,\n  ],\n}'],
    ['{\n  providers: [\n    A,\n    B\n  ],\n}', '{\n  providers: [\n    A,\n    B,\n    Work\n  ],\n}'],
    ["{ providers: [{ provide: 'x', useValue: [1] }] }", "{ providers: [{ provide: 'x', useValue: [1] }, Work] }"],
  ])('turns %j into %j', (before, after) => {
    expect(metadataAfter(before, PROVIDER)).toBe(after);
  });

  it('indents an expression of several lines as its place asks for', () => {
    expect(metadataAfter('{\n  imports: [],\n}', FORROOT)).toBe(
      '{\n  imports: [\n    Tasker.forRoot({\n      a: 1,\n    }),\n  ],\n}',
    );
    expect(metadataAfter('{}', FORROOT)).toBe('{\n  imports: [\n    Tasker.forRoot({\n      a: 1,\n    }),\n  ],\n}');
    expect(metadataAfter('{\n  imports: [\n    Other,\n  ],\n}', FORROOT)).toBe(
      '{\n  imports: [\n    Other,\n    Tasker.forRoot({\n      a: 1,\n    }),\n  ],\n}',
    );
  });

  it('imports what it uses, once, in the quotes of the file', () => {
    const before = moduleOf(
      '{}',
      `import { Other } from "@tasker/nestjs";\nimport type { Type } from "./work";\n`,
    ).replaceAll("'", '"');
    const after = addToModule(ts, before, [FORROOT, PROVIDER, PROVIDER]);
    expect(after).toContain('import { Other, Tasker } from "@tasker/nestjs";');
    expect(after.match(/import \{ Work \} from "\.\/work";/g)).toHaveLength(1);
  });

  it('gives the same program back but for the additions', () => {
    const after = addToModule(ts, moduleOf('{\n  providers: [A], // kept\n}'), [FORROOT, PROVIDER]);
    expect(after).toContain('// kept');
    const { diagnostics } = ts.transpileModule(after, {
      reportDiagnostics: true,
      compilerOptions: { experimentalDecorators: true },
    });
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['export const nothing = 1;\n'],
    [moduleOf('{ providers: PROVIDERS }')],
    [moduleOf('{ providers }')],
    [moduleOf('metadata')],
    ['@Injectable()\nexport class A {}\n'],
  ])('refuses a file in which it has no place: %j', (text) => {
    expect(() => addToModule(ts, text, [PROVIDER])).toThrow(NoModuleError);
  });

  it('tells what the metadata mentions, and not what the file imports', () => {
    const text = moduleOf('{ providers: [Work] }', "import { TaskerModule } from '@tasker/nestjs';\n");
    expect([moduleMentions(ts, text, 'Work'), moduleMentions(ts, text, 'TaskerModule')]).toEqual([true, false]);
  });
});
