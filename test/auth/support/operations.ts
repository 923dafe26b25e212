import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { RequirePermission, type Permission } from '@tasker/nestjs/access';

/** One operation as the running application serves it. */
export interface WireOperation {
  /** Such as `POST /tasker/tasks/:id/retry`. */
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly permission: Permission;
  /** The first example of its body; undefined: it takes none. */
  readonly body: unknown;
  /** Names of its query parameters. */
  readonly query: readonly string[];
  /** A task is named in its path. */
  readonly ofTask: boolean;
}

/** What an operation of REST says of itself, as far as requests can be made of it. */
interface Described {
  readonly spec: {
    readonly query?: Readonly<Record<string, unknown>>;
    readonly body?: { readonly examples: Readonly<Record<string, unknown>> };
  };
}

/**
 * All operations of all controllers of the application, found in Nest's own metadata: what is added there is found here.
 *
 * @param prefix under which the controllers are mounted
 * @throws when one of them names no permission
 */
export function operationsOf(app: INestApplication, prefix: string): WireOperation[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ instance, metatype }) => {
    const prototype = Object.getPrototypeOf(instance) as Record<string, () => unknown>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const verb = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
      if (!handler || verb === undefined) return [];
      const permission = app.get(Reflector).getAllAndOverride(RequirePermission, [handler, metatype as () => unknown]);
      const path = [
        prefix,
        ...[metatype, handler].map((part) => Reflect.getMetadata(PATH_METADATA, part as object) as string),
      ]
        .map((part) => part.replaceAll(/^\/|\/$/g, ''))
        .filter((part) => part !== '')
        .join('/');
      const title = `${RequestMethod[verb]} /${path}`;
      if (!permission) throw new Error(`${title} names no permission`);
      const { query = {}, body } =
        (Reflect.getMetadata('tasker:operation', handler) as Described | undefined)?.spec ?? {};
      return {
        ...{ title, method: RequestMethod[verb], path: `/${path}`, permission, query: Object.keys(query) },
        body: body && (Object.values(body.examples)[0] ?? {}),
        ofTask: /\/tasks\/:id\b|:taskId\b/.test(path),
      };
    });
  });
}
