import type { Terminal } from '../output/terminal';
import { oneLine } from '../output/printable';
import type { CliFailure } from './cli-failure';

/** Tells on stderr what went wrong, where, and what to do: as sentences, or as one JSON object. @internal */
export function reportFailure({ facts, exitCode }: CliFailure, terminal: Terminal, json: boolean): void {
  const { stderr } = terminal;
  if (json) {
    const { errorCode, message, details = [], hint = null, data = {} } = facts;
    return void stderr.write(`${JSON.stringify({ errorCode, message, details, hint, data, exitCode }, null, 2)}\n`);
  }
  const lines = [`${terminal.paint('error', 'bad', stderr)} ${facts.errorCode}: ${oneLine(facts.message)}`];
  for (const { path, message } of facts.details ?? []) {
    lines.push(`  - ${oneLine(path === '' ? message : `${path}: ${message}`)}`);
  }
  const { legal } = facts.data ?? {};
  if (Array.isArray(legal)) lines.push(`  legal now: ${legal.length === 0 ? 'nothing' : oneLine(legal.join(', '))}`);
  if (facts.hint !== undefined) lines.push(`${terminal.paint('hint', 'warn', stderr)} ${oneLine(facts.hint)}`);
  stderr.write(`${lines.join('\n')}\n`);
}
