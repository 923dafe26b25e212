import { createInterface } from 'node:readline/promises';
import type { Terminal } from '../output/terminal';
import { CliFailure } from './cli-failure';
import { EXIT_CODES } from './exit-codes';

/** How much is at stake when nobody can be asked. @internal */
export type Stake =
  /** One task or step, named on the command line: a script that names it means it. */
  | 'one'
  /** Whatever a filter or a schema holds: a script must say --yes. */
  | 'many';

/**
 * Asks on a terminal; `--yes` answers beforehand.
 *
 * @throws {CliFailure} when the answer is no, or when there must be one and nobody can be asked
 * @internal
 */
export async function confirm(question: string, stake: Stake, yes: boolean, terminal: Terminal): Promise<void> {
  if (yes) return;
  if (!terminal.canAsk) {
    if (stake === 'one') return;
    throw CliFailure.usage('This needs a confirmation, and there is no terminal to ask on.', 'Add --yes.');
  }
  const reader = createInterface({ input: process.stdin, output: terminal.stderr });
  try {
    const answer = await reader.question(`${question} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    reader.close();
  }
  throw new CliFailure(EXIT_CODES.failed, { errorCode: 'CLI_DECLINED', message: 'Nothing was done.' });
}
