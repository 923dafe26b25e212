import type { AddressInfo } from 'node:net';
import {
  Controller,
  Get,
  Global,
  Module,
  Post,
  UseGuards,
  type DynamicModule,
  type INestApplication,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AccessGuard, AccessScope, Caller, RequirePermission, type Principal } from '@tasker/nestjs/access';
import { TaskerDatabase } from '@tasker/postgres';
import { TaskerAuthModule, type TaskerAuthModuleOptions } from '../../../src/auth';

/** What a host may guard with Tasker's permissions: answers who calls. */
@Controller('guarded')
@UseGuards(AccessGuard)
class GuardedController {
  @Get()
  @RequirePermission('tasker.task:index')
  list(@Caller() caller: Principal): Principal {
    return caller;
  }

  @Post()
  @RequirePermission('tasker.task:create')
  create(@Caller() caller: Principal): Principal {
    return caller;
  }

  @Get('workers')
  @RequirePermission('tasker.worker:index')
  workers(@Caller() caller: Principal): Principal {
    return caller;
  }

  @Get('forgotten')
  forgotten(): string {
    return 'open to everybody';
  }
}

/** The controller, and the policy of this module when one is given. */
export function guardedModule(...providers: NonNullable<ModuleMetadata['providers']>): DynamicModule {
  return {
    module: GuardedModule,
    providers: [AccessGuard, AccessScope, ...providers],
    controllers: [GuardedController],
  };
}

@Module({})
class GuardedModule {}

/** Of Tasker itself, authentication needs no more than this. */
@Global()
@Module({ exports: [TaskerDatabase] })
class EngineModule implements OnApplicationShutdown {
  constructor(private readonly database: TaskerDatabase) {}

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}

function engineModule(url = 'postgres://localhost/none'): DynamicModule {
  const useValue = new TaskerDatabase({ connectionString: url, schema: 'tasker', applicationName: 'guarded' });
  return { module: EngineModule, providers: [{ provide: TaskerDatabase, useValue }] };
}

export const PLATFORMS = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
] as const;

/** An application on a real port. */
export interface GuardedApp {
  readonly app: INestApplication;
  readonly url: string;
  /** Status of GET /guarded, or of another path, with these headers. */
  readonly status: (headers?: Record<string, string>, path?: string) => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface GuardedParts extends ModuleMetadata {
  auth?: TaskerAuthModuleOptions;
  adapter?: () => ExpressAdapter | FastifyAdapter;
  /** Connection string of a migrated database; left out: there is none. */
  database?: string;
  /** Takes the place of the guarded module without a policy of its own. */
  guarded?: DynamicModule;
}

export async function bootGuarded(parts: GuardedParts): Promise<GuardedApp> {
  const { auth, adapter = () => new ExpressAdapter(), imports = [], database, guarded, ...rest } = parts;
  const policy = auth ? [TaskerAuthModule.register(auth)] : [];
  const compiled = await Test.createTestingModule({
    ...rest,
    imports: [engineModule(database), ...policy, ...imports, guarded ?? guardedModule()],
  }).compile();
  const app = compiled.createNestApplication<INestApplication>(adapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/guarded`;
  const status = async (headers = {}, path = ''): Promise<number> => (await fetch(`${url}${path}`, { headers })).status;
  return { app, url, status, close: () => app.close() };
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
