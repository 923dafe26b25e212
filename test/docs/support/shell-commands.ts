import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from '../../../libs/cli/src/program/build-program';
import { Calls } from '../../../libs/cli/src/program/call';
import { Terminal } from '../../../libs/cli/src/output/terminal';
import { placeOf, type CodeBlock } from './code-blocks';
import { ROOT } from './pages';

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly peerDependencies?: object;
  readonly workspaces?: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const PACKAGES = new Set([
  ...Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies }),
  ...['@tasker/nestjs', '@tasker/cli', '@tasker/embedded-postgres'],
]);

/** Understands every command, and carries none out. */
class Rehearsal extends Calls {
  override action(): () => Promise<void> {
    return () => Promise.resolve();
  }
}

/**
 * Looks for what does not exist among what a block types: npm scripts, files that are run, packages, and commands,
 * options and values of `tasker`.
 *
 * @returns the faults, by place
 */
export async function shellFaults(block: CodeBlock): Promise<string[]> {
  const found = await Promise.all(commandsOf(block.text).map(commandFault));
  return found.flatMap((fault) => (fault === undefined ? [] : [`${placeOf(block)}: ${fault}`]));
}

async function commandFault([program = '', ...words]: string[]): Promise<string | undefined> {
  if (program === 'npx') return commandFault(words);
  if (program === 'tasker') return taskerFault(words);
  if (program === 'npm') return npmFault(words);
  const file =
    program === 'node' ? words.find((word) => !word.startsWith('-')) : program.includes('/') ? program : null;
  // What is built is there after the build only; its source always is.
  const source = file?.replace('/dist/', '/src/').replace(/(?<=\/src\/.*)\.js$/, '.ts');
  return source && !existsSync(join(ROOT, source)) ? `there is no file ${file}` : undefined;
}

function npmFault([verb, ...words]: string[]): string | undefined {
  const named = words.filter((word) => !word.startsWith('-'));
  const script = verb === 'run' ? named[0] : verb === 'test' ? 'test' : undefined;
  if (script !== undefined) return manifest.scripts?.[script] ? undefined : `there is no script ${script}`;
  const unknown = verb === 'install' ? named.filter((name) => !PACKAGES.has(name)) : [];
  return unknown.length > 0 ? `packages that are not ours to name: ${unknown.join(', ')}` : undefined;
}

async function taskerFault(words: string[]): Promise<string | undefined> {
  const said: string[] = [];
  const program = buildProgram(new Rehearsal(new Terminal()));
  const quiet = (command: typeof program): void => {
    command.configureOutput({ writeErr: (text) => said.push(text), writeOut: () => undefined }).exitOverride();
    command.commands.forEach(quiet);
  };
  quiet(program);
  try {
    // A file of JSON is read while the options are; here none is.
    await program.parseAsync(
      words.map((word) => (/^@.+\.json$/.test(word) ? '{}' : word)),
      { from: 'user' },
    );
    return undefined;
  } catch (error) {
    return `tasker ${words.join(' ')}: ${said.join('') || String(error)}`;
  }
}

/** Enough of a shell for what documentation types: quotes, comments, and what ends a command. */
const TOKENS = new RegExp(
  [
    /'(?<single>[^']*)'/,
    /"(?<double>(?:\\.|[^"\\])*)"/,
    /(?<=^|\s)#.*/,
    /(?<target>\d?>+ *[^\s;&|]+)/,
    /(?<end>\|\||&&|[|&;()\n]|\$\(|<\()/,
    /(?<plain>[^\s'"|&;()<>]+)/,
    /(?<space>\s+)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);

/** The commands of a script, as their words, without assignments before them and the files they write. */
function commandsOf(script: string): string[][] {
  const commands: string[][] = [[]];
  let glued = false;
  for (const { groups = {} } of script.replaceAll('\\\n', ' ').matchAll(TOKENS)) {
    const command = commands.at(-1) ?? [];
    const word = groups['single'] ?? groups['double'] ?? groups['plain'];
    if (word !== undefined) command.push(glued ? `${command.pop() ?? ''}${word}` : word);
    if (groups['end'] !== undefined) commands.push([]);
    glued = word !== undefined;
  }
  return commands.map(withoutAssignments).filter((command) => command.length > 0);
}

const withoutAssignments = (words: string[]): string[] => {
  const first = words.findIndex((word) => !/^\w+=/.test(word));
  return first === -1 ? [] : words.slice(first);
};
