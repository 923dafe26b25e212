import { userInfo } from 'node:os';
import type { OperatorAct } from '@tasker/core';
import type { Command } from 'commander';
import { openBackend } from '../backend/open-backend';
import type { TaskerBackend } from '../backend/tasker-backend';
import { Output } from '../output/output';
import type { Terminal } from '../output/terminal';
import { confirm, type Stake } from './confirm';
import type { ExitCode } from './exit-codes';
import { databaseTargetOf, targetOf, type GlobalOptions } from './global-options';

/** Options of commands that leave a trace in the audit trail. @internal */
export interface ActOptions {
  readonly reason?: string;
  readonly ifVersion?: number;
}

/** One command being carried out: what was typed, where to write, what to talk to. @internal */
export class Call<O extends object = object> {
  readonly options: O & GlobalOptions;
  readonly output: Output;
  private opened: TaskerBackend | undefined;

  constructor(
    private readonly command: Command,
    private readonly terminal: Terminal,
  ) {
    this.options = command.optsWithGlobals<O & GlobalOptions>();
    this.output = new Output(terminal, this.options.json === true);
  }

  /** Opened on first use, closed when the command has ended. */
  get backend(): TaskerBackend {
    this.opened ??= openBackend(targetOf(this.program));
    return this.opened;
  }

  get database(): { connectionString: string; schema: string } {
    return databaseTargetOf(this.program);
  }

  /** Who acts, and why. */
  get act(): OperatorAct {
    const { actor = userInfo().username, reason, ifVersion } = this.options as ActOptions & GlobalOptions;
    return { actor, ...(reason === undefined ? {} : { reason }), ...(ifVersion === undefined ? {} : { ifVersion }) };
  }

  confirm(question: string, stake: Stake = 'one'): Promise<void> {
    return confirm(question, stake, this.options.yes === true, this.terminal);
  }

  async close(): Promise<void> {
    await this.opened?.close();
  }

  /** The root of the tree, which knows where each option came from. */
  private get program(): Command {
    let { command } = this;
    while (command.parent) command = command.parent;
    return command;
  }
}

/** Carries commands out, and keeps the exit code of the one that was. @internal */
export class Calls {
  exitCode: ExitCode = 0;

  constructor(readonly terminal: Terminal) {}

  /** An action for commander. A command that says nothing about its exit code has succeeded. */
  action<A extends unknown[] = [], O extends object = object>(
    work: (call: Call<O>, ...args: A) => Promise<ExitCode | void>,
  ): (...received: unknown[]) => Promise<void> {
    return async (...received) => {
      const call = new Call<O>(received.at(-1) as Command, this.terminal);
      try {
        this.exitCode = (await work(call, ...(received.slice(0, -2) as A))) ?? 0;
      } finally {
        await call.close();
      }
    };
  }
}
