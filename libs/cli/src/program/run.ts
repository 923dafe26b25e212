import { CommanderError } from 'commander';
import { Terminal } from '../output/terminal';
import { buildProgram } from './build-program';
import { Calls } from './call';
import { CliFailure } from './cli-failure';
import { EXIT_CODES, type ExitCode } from './exit-codes';
import { reportFailure } from './report-failure';

/**
 * Runs one command line to its end; never throws.
 *
 * @param argv as `process.argv`
 * @internal
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const terminal = new Terminal();
  endWithReader(terminal);
  const calls = new Calls(terminal);
  try {
    await buildProgram(calls).parseAsync(argv);
    return calls.exitCode;
  } catch (error) {
    // Commander has said what it had to say; it ends with 0 after help or version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    const failure = CliFailure.from(error);
    reportFailure(failure, terminal, argv.includes('--json'));
    return failure.exitCode;
  }
}

/** `tasker task list | head -1` ends when head has seen enough; that is no failure. */
function endWithReader({ stdout }: Terminal): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.ok);
    throw error;
  });
}
