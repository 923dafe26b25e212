/**
 * What the pages of the documentation assume an application to have where a block does not declare it itself. Only for
 * the compiler: nothing here exists at run time.
 */
import type { CanActivate, INestApplication, Type } from '@nestjs/common';
import type { HealthCheckService } from '@nestjs/terminus';
import type { StepContext, StepHandler, TaskBulk, TaskInsights, TaskerService } from '@tasker/nestjs';
import type { AccessPolicy, Roles } from '@tasker/nestjs/access';
import type { TaskerHealthIndicator } from '@tasker/nestjs/health';

export declare const app: INestApplication;
export declare const tasker: TaskerService;
export declare const insights: TaskInsights;
export declare const bulk: TaskBulk;
export declare const health: HealthCheckService;
export declare const indicator: TaskerHealthIndicator;
export declare const policy: AccessPolicy;
export declare const roles: Roles;
export declare const url: string;
export declare const secret: string;
export declare const taskId: string;
export declare const step: StepContext;
export declare const vault: { token(): Promise<string> };
/** Of @nestjs/passport, which is not installed here. */
export declare function AuthGuard(strategy: string): Type<CanActivate>;

export interface Order {
  readonly amount: number;
}
export interface Charge {
  readonly id: string;
}
export interface Cart {
  readonly items: readonly string[];
}
export interface Payment {
  readonly method: string;
}
export declare class UsersService {
  nameOf(user: string, signal: AbortSignal): Promise<string>;
}
export declare class LookUp implements StepHandler<{ user: string }, { fullName: string }> {
  process(step: StepContext<{ user: string }>): Promise<{ fullName: string }>;
}
export declare class WorkerModule {}
