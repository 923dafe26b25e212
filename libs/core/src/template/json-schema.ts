import type { JsonSchema } from './definition';
export function checkJson(_schema: JsonSchema, _value: unknown, _path: string): void {
}
