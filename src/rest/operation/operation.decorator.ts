import { applyDecorators, Delete, Get, HttpCode, Patch, Post, SetMetadata } from '@nestjs/common';
import { RequirePermission } from '../../access/require-permission.decorator';
import { describeOperation } from '../openapi/describe-operation';
import { Operation, OPERATION_METADATA } from './operation';
import type { OperationSpec } from './operation-spec';

const ROUTES = { GET: Get, POST: Post, PATCH: Patch, DELETE: Delete };

/** Makes a method of a controller an operation: routed, guarded, checked and documented by what the spec says. @internal */
export function Operates(spec: OperationSpec): MethodDecorator {
  const operation = new Operation(spec);
  return applyDecorators(
    ROUTES[operation.method](operation.path),
    HttpCode(operation.status),
    RequirePermission(spec.permission),
    SetMetadata(OPERATION_METADATA, operation),
    ...describeOperation(operation),
  );
}
