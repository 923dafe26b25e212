import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isTaskerError, parseTemplateYaml, type TaskTemplateDefinition } from '@tasker/core';
import { CliFailure } from '../program/cli-failure';
import { EXIT_CODES } from '../program/exit-codes';

/** Something wrong in a template file. @internal */
export interface TemplateFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Inside the file, such as `step_templates[2].handler`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A template and where it is written. @internal */
export interface TemplateInFile {
  readonly file: string;
  readonly definition: TaskTemplateDefinition;
}

/** How to read files: see `parseTemplateYaml`. @internal */
export interface ReadingOptions {
  readonly environment?: string;
}

const YAML_FILE = /\.ya?ml$/;

/**
 * The files themselves, and every YAML file in folders and below.
 *
 * @returns in the order given, those of a folder by name, each once
 * @throws {CliFailure} when one does not exist, or a folder has none
 * @internal
 */
export function templateFiles(paths: readonly string[]): string[] {
  const found = paths.flatMap((path) => {
    if (!statOf(path).isDirectory()) return [path];
    const inside = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => YAML_FILE.test(name));
    if (inside.length === 0) throw missing(`There is no YAML file in ${path}.`);
    return inside.sort().map((name) => join(path, name));
  });
  return [...new Set(found)];
}

/** Reads one file: what is sound in it, or everything that is wrong with it. @internal */
export function readTemplates(
  file: string,
  { environment }: ReadingOptions,
): { templates: TemplateInFile[]; faults: TemplateFault[] } {
  const text = contentOf(file);
  try {
    const definitions = parseTemplateYaml(text, { source: file, environment, env: process.env });
    return { templates: definitions.map((definition) => ({ file, definition })), faults: [] };
  } catch (error) {
    if (!isTaskerError(error)) throw error;
    return { templates: [], faults: error.details.map(({ path, message }) => faultOf(file, path, message)) };
  }
}

/** The parser puts `(file:line)` at the end of its messages. */
function faultOf(file: string, path: string, message: string): TemplateFault {
  const [, text, line] = /^(.*) \(.*:(\d+)\)$/s.exec(message) ?? [];
  return { file, line: Number(line ?? 1), path, message: text ?? message };
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw missing(`Cannot read ${file}: ${(error as Error).message}`);
  }
}

function statOf(path: string): ReturnType<typeof statSync> & object {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw missing(`There is no file ${path}.`);
  return stat;
}

const missing = (message: string): CliFailure =>
  new CliFailure(EXIT_CODES.notFound, { errorCode: 'CLI_FILE_NOT_FOUND', message });
