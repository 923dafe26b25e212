import { Argument, type Command } from 'commander';
import { bashScript } from '../completion/bash-script';
import { commandTree } from '../completion/command-tree';
import { fishScript } from '../completion/fish-script';
import { zshScript } from '../completion/zsh-script';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `completion bash|zsh|fish`: what makes a shell complete commands, options and their values. @internal */
export function addCompletionCommand(program: Command, calls: Calls): void {
  const completion = program
    .command('completion')
    .description('Print a script that teaches a shell to complete commands, options and values.')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS)));
  completion.action(
    calls.action<[keyof typeof SCRIPTS]>(async ({ output }, shell) => output.raw(SCRIPTS[shell](commandTree(program)))),
  );
  teach(
    completion,
    ['source <(tasker completion bash)', 'in ~/.bashrc'],
    ['tasker completion zsh > "${fpath[1]}/_tasker"', 'once, for zsh'],
    ['tasker completion fish > ~/.config/fish/completions/tasker.fish', 'once, for fish'],
  );
}
