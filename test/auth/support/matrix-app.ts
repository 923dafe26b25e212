import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { PermanentError, StepHandler, TaskerService } from '@tasker/nestjs';
import { PERMISSIONS, type Permission } from '@tasker/nestjs/access';
import { TASKER_DATA_SOURCE } from '@tasker/nestjs/runtime';
import type { DataSource } from 'typeorm';
import { TaskerAuthModule } from '../../../src/auth';
import { TaskerRestModule } from '../../../src/rest';
import { from, TestApps } from '../../module/support/boot-app';
import { bearer } from './guarded-app';
import { operationsOf, type WireOperation } from './operations';
import { AUDIENCE, ISSUER, signToken } from './sign-token';
import { rsaKey, TokenIssuer } from './token-issuer';
import { eightAtATime, send, type Aim, type WireAnswer } from './wire';

export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as Permission[];

/** For every permission a role that has nothing else, and one that has everything else. */
const ROLES = Object.fromEntries([
  ['admin', ['*']],
  ['nothing', []],
  ...ALL_PERMISSIONS.flatMap((permission) => [
    [`only ${permission}`, [permission]],
    [`all but ${permission}`, ALL_PERMISSIONS.filter((other) => other !== permission)],
  ]),
]) as Record<string, string[]>;

/** Stands in everything the task of billing has to tell. */
export const MARKER = 'told-to-billing-only';

@StepHandler('charge')
class Charge {
  process(): never {
    throw new PermanentError(MARKER);
  }
}

const template = (namespace: string) => ({
  ...{ namespace, name: 'fulfil_order', version: '1.0.0' },
  steps: [
    { name: 'charge_payment', handler: 'charge', skippable: true },
    { name: 'reserve_stock', handler: 'charge' },
  ],
});

/** Asks somebody of billing. */
const ASKING = {
  ...{ namespace: 'billing', name: 'approve_order', version: '1.0.0' },
  steps: [{ name: 'ask', approval: { title: MARKER } }],
};

interface Row {
  readonly id: string;
}

/** An operation, and what is different from one request for it to the next. */
export type Case<T> = readonly [WireOperation, T];

/** Every surface of Tasker over HTTP in one application, with tokens and API keys, and a failed task of billing. */
export class MatrixApp {
  readonly key = rsaKey('mine');
  operations: WireOperation[] = [];
  billing: Aim;
  private readonly apps = new TestApps();
  private readonly issuer = new TokenIssuer();
  private app: INestApplication;
  private base: string;

  async start(): Promise<void> {
    this.issuer.publish(this.key);
    const jwksUrl = await this.issuer.listen();
    const jwt = { jwksUrl, issuer: ISSUER, audience: AUDIENCE, claims: { namespaces: 'ns' } };
    const auth = TaskerAuthModule.register({ jwt, apiKeys: true, roles: ROLES });
    const compiled = await this.apps.compile({
      imports: [auth, TaskerRestModule.register()],
      providers: [Charge],
      options: { templates: [...['default', 'billing', 'shop'].map(template), ASKING] },
    });
    this.app = this.apps.keep(compiled.createNestApplication<INestApplication>({ logger: false }));
    await this.app.listen(0, '127.0.0.1');
    this.base = `http://127.0.0.1:${(this.app.getHttpServer().address() as AddressInfo).port}`;
    this.operations = operationsOf(this.app, 'tasker');
    this.billing = {
      taskId: await this.failedTask(),
      namespace: 'billing',
      name: 'fulfil_order',
      step: 'charge_payment',
    };
  }

  async stop(): Promise<void> {
    await this.apps.closeAll();
    await this.issuer.close();
  }

  get<T>(type: (new (...args: never[]) => T) | string): T {
    return from(this.app, type);
  }

  query(sql: string, values: unknown[] = []): Promise<unknown> {
    return this.get<DataSource>(TASKER_DATA_SOURCE).query(sql, values);
  }

  /** @returns the id of a task of billing that has ended in error */
  async failedTask(): Promise<string> {
    const request = {
      namespace: 'billing',
      name: 'fulfil_order',
      context: { note: MARKER },
      tags: [MARKER],
      reason: MARKER,
    };
    const { taskId } = await this.get(TaskerService).create(request);
    await this.get(TaskerService).waitFor(taskId);
    return taskId;
  }

  /** @returns the id of an approval in billing that waits for a decision */
  async openApproval(): Promise<string> {
    const { taskId } = await this.get(TaskerService).create({ namespace: 'billing', name: 'approve_order' });
    for (let tries = 0; tries < 1_000; tries++) {
      const [asked] = (await this.query('select id from tasker.approvals where task_id = $1', [taskId])) as Row[];
      if (asked) return String(asked.id);
    }
    throw new Error(`task ${taskId} has asked nobody`);
  }

  /** Headers with a good token of this role. */
  as(role: string, ns: unknown = '*', claims = {}): Record<string, string> {
    return bearer(signToken({ key: this.key.privateKey, kid: 'mine', claims: { roles: [role], ns, ...claims } }));
  }

  send(operation: WireOperation, headers: Record<string, string>, aim = this.billing): Promise<WireAnswer> {
    return send(this.base, operation, headers, aim);
  }

  /** One case for each operation and value. */
  withEach<T>(values: readonly T[]): Case<T>[] {
    return this.operations.flatMap((operation) => values.map((value) => [operation, value] as const));
  }
}

/** What is wrong among all answers; empty is good. */
export async function wrongAmong<T>(
  cases: readonly Case<T>[],
  ask: (operation: WireOperation, value: T) => Promise<WireAnswer>,
  good: (answer: WireAnswer, operation: WireOperation, value: T) => boolean,
): Promise<string[]> {
  const wrong: string[] = [];
  await eightAtATime(cases, async ([operation, value]) => {
    const answer = await ask(operation, value);
    const { status, errorCode, permission } = answer;
    const said = [operation.title, String(value), status, errorCode, permission].filter((part) => part !== undefined);
    if (!good(answer, operation, value)) wrong.push(said.join(' | '));
  });
  return wrong.sort();
}
