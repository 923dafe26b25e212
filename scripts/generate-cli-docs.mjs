// Writes docs/16-cli.md from the tree of commands; with --check it only tells whether the page is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { buildProgram, EXIT_CODE_MEANINGS, EXIT_CODES, examplesOf } from '../libs/cli/dist/index.js';

const PAGE = join(import.meta.dirname, '../docs/16-cli.md');
const program = buildProgram();
const help = program.createHelp();

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
  rows.length === 0 ? '' : [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;

function optionRow(option) {
  const facts = [
    option.argChoices && `one of ${option.argChoices.map((choice) => `\`${choice}\``).join(', ')}`,
    option.defaultValue !== undefined && `default \`${option.defaultValue}\``,
    option.envVar && `environment \`${option.envVar}\``,
    option.mandatory && 'required',
  ].filter(Boolean);
  return [code(option.flags), cell([option.description, ...facts].join('; '))];
}

function argumentRow({ name, description, argChoices, required, variadic }) {
  const written = `${required ? '<' : '['}${name()}${variadic ? '...' : ''}${required ? '>' : ']'}`;
  return [
    code(written),
    cell(
      [description, argChoices && `one of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`]
        .filter(Boolean)
        .join('; '),
    ),
  ];
}

function pathOf(command) {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function examples(command) {
  const lines = examplesOf(command).map(([line, what]) => `# ${what}\n${line}`);
  return lines.length === 0 ? '' : `\`\`\`sh\n${lines.join('\n\n')}\n\`\`\``;
}

function section(command, level) {
  const usage = `${pathOf(command)} ${command
    .usage()
    .replace('[options] [command]', '<command>')
    .replace(/\[options\] ?/, '')}`.trim();
  const own = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const title = children.length > 0 ? pathOf(command) : usage;
  return [
    `${'#'.repeat(level)} \`${title}\``,
    command.description(),
    table(
      ['argument', 'what'],
      command.registeredArguments.map((one) => argumentRow({ ...one, name: () => one.name() })),
    ),
    table(['option', 'what'], own.map(optionRow)),
    examples(command),
    ...children.map((child) => section(child, level + 1)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const globals = program.options.map(optionRow);
const exits = Object.entries(EXIT_CODE_MEANINGS).map(([name, meaning]) => [`${EXIT_CODES[name]}`, cell(meaning)]);
const commands = help.visibleCommands(program).filter((child) => child.name() !== 'help');

const SCHEMATICS = join(import.meta.dirname, '../schematics');
const readJson = (path) => JSON.parse(readFileSync(join(SCHEMATICS, path), 'utf8'));

function schematic([name, { description, schema }]) {
  const rows = Object.entries(readJson(schema).properties).map(
    ([option, { description: what, default: byDefault }]) => [
      code(`--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`),
      cell(byDefault === undefined ? what : `${what} Default: \`${byDefault}\`.`),
    ],
  );
  return [`### \`${name}\``, description, table(['option', 'what'], rows)].join('\n\n');
}

const page = `# Command line

<!-- Written by \`npm run docs:cli\`; test/cli/reference.spec.ts fails when it is stale. -->

${program.description()} Install it beside the application or anywhere else: \`npm install @tasker/cli\`, then \`npx tasker\`.

## Whom it talks to

To the database itself (\`--database-url\`), also when no application runs, or to the REST endpoint of an application
(\`--url\`, with the prefix the endpoint is mounted under), with the permissions of \`--token\`. Commands and their JSON are
the same either way (test/cli/task.e2e-spec.ts, step, bulk and operations run them both ways), with these differences:

- \`migrate\`, \`key\` and \`search-index\` need the database.
- Through the endpoint the audit trail names the owner of the token; \`--actor\` counts for the database only.

An option wins over a variable. A database and an endpoint of the same rank contradict each other: exit code 2.

## Global options

${table(['option', 'what'], globals)}

## For scripts

\`--json\` prints one JSON document on standard output, with times in ISO 8601 and ids as strings; on failure it prints
one on standard error: \`errorCode\`, \`message\`, \`details\`, \`hint\`, \`data\`, \`exitCode\`. Progress and remarks are
never among the data. Without a terminal there are no colours, no cut cells and no questions: a verb over one task or step
that was named is carried out, while \`bulk run\` and \`migrate down\` want \`--yes\`.

${table(['exit code', 'means'], exits)}

## For people

Tables fit the terminal. Colours are left out when \`NO_COLOR\` is set or \`TERM\` is \`dumb\`. On a terminal, verbs that
cannot be undone ask first; \`--yes\` answers beforehand (test/cli/terminal.e2e-spec.ts). Text that others wrote is shown
without the characters that steer a terminal.

${commands.map((command) => section(command, 2)).join('\n\n')}

## Schematics

The package \`@tasker/nestjs\` brings schematics for Nest's own command line. They change a module by its syntax tree, leave
what is there as it is, and say what to add by hand where they find no place (libs/cli/schematics/schematics.spec.ts). New
applications of Nest 11 and 12 are made, extended, compiled and run with them by test/schematics/run.mjs.

\`\`\`sh
# the module, an example template with its handlers, a sample of the environment
nest add @tasker/nestjs

nest generate --collection @tasker/nestjs handler charge-card
nest generate --collection @tasker/nestjs subscriber audit
nest generate --collection @tasker/nestjs template import-order

# Nest passes name and path on; the runner that comes with it takes every option
npx schematics @tasker/nestjs:template --name=import-order --namespace=shop --steps=fetch-order,store-order
\`\`\`

${Object.entries(readJson('collection.json').schematics).map(schematic).join('\n\n')}
`;

const text = await format(page, { parser: 'markdown', printWidth: 120 });
if (!process.argv.includes('--check')) {
  writeFileSync(PAGE, text);
} else if (readFileSync(PAGE, 'utf8') !== text) {
  console.error('docs/16-cli.md is stale: run npm run docs:cli.');
  process.exitCode = 1;
}
