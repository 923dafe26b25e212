import { Option, type Command } from 'commander';
import { integer } from '../program/values';

const LARGEST_INT = 2_147_483_647;

/** Adds what every act over a task takes for its record. @internal */
export function addActOptions(command: Command): Command {
  return addReasonOption(command).addOption(
    new Option('--if-version <number>', 'only if nobody has acted since: the lockVersion you saw').argParser(
      integer(0, LARGEST_INT),
    ),
  );
}

/** Adds the reason alone. @internal */
export const addReasonOption = (command: Command): Command =>
  command.option('-r, --reason <text>', 'why, for whoever reads the history');
