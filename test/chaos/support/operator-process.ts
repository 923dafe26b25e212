import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { OperatorStore, PostgresEngineStore, TaskerDatabase } from '@tasker/postgres';
import type { Ledger } from './ledger';
import type { OperatorMessage, OperatorSetup } from './operator-protocol';

/** The driver's end of an operator in a process of its own, who acts until told to stop. */
export class OperatorProcess {
  /** Acts by `verb answer`. */
  readonly acts = new Map<string, number>();
  /** Errors that no operator should be given. */
  readonly lines: string[] = [];
  private readonly child: ChildProcess;

  constructor(private readonly setup: OperatorSetup) {
    this.child = fork(join(__dirname, 'operator-program.ts'), [JSON.stringify(setup)], {
      execArgv: ['--require', join(__dirname, '../../support/typescript.cjs')],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child.on('message', (message: OperatorMessage) => {
      if ('line' in message) return void this.lines.push(message.line);
      const { verb, answer } = message;
      const key = `${verb} ${answer}`;
      this.acts.set(key, (this.acts.get(key) ?? 0) + 1);
    });
  }

  /** Acts with this answer; all that changed something without one. */
  count(answer = 'done'): number {
    return [...this.acts].reduce((sum, [key, count]) => (key.endsWith(` ${answer}`) ? sum + count : sum), 0);
  }

  /** Verbs that have changed something. */
  get verbs(): string[] {
    return [...this.acts.keys()].filter((key) => key.endsWith(' done')).map((key) => key.split(' ')[0] ?? '');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** Lets everything go on that is paused; what it does not reach because the database is away, it reaches the next time. */
  async resumeEverything(ledger: Ledger): Promise<void> {
    const connection = { connectionString: this.setup.url, schema: 'tasker', applicationName: 'chaos-resumer' };
    const database = new TaskerDatabase({ ...connection, leaseMs: 5_000 });
    const plans = new PostgresEngineStore(database);
    const operators = new OperatorStore(database, (id) => plans.loadPlan(id));
    try {
      for (const { namespace, name, version, step } of await operators.pausedSteps()) {
        const target = { namespace, name, step, ...(version !== null && { version }) };
        await operators.resumeStep(target, { actor: 'the end' });
      }
      const held = await ledger.query<{ id: string }>('select id::text from tasker.tasks where hold');
      for (const { id } of held)
        await operators.act(id, { verb: 'resume' }, { actor: 'the end' }).catch(() => undefined);
    } finally {
      await database.close();
    }
  }
}
