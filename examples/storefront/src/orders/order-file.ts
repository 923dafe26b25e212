import { readFileSync } from 'node:fs';

/** How the task of an order must end for the demo to have worked. */
export type ExpectedEnd = 'complete' | 'error';

/** An order of the file with the end it must come to. The order itself is checked by the schema of the template. */
export interface ExpectedOrder {
  readonly expect: ExpectedEnd;
  readonly order: { readonly orderNumber: string };
}

/** @throws {Error} naming the file and the entry that is not an order with an expectation */
export function readOrderFile(path: string): ExpectedOrder[] {
  const entries: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(entries)) throw new Error(`${path} holds no list of orders.`);
  return entries.map((entry: unknown, index) => {
    if (isExpectedOrder(entry)) return entry;
    throw new Error(
      `${path}: entry ${index} needs "order" with an "orderNumber", and "expect": "complete" or "error".`,
    );
  });
}

function isExpectedOrder(entry: unknown): entry is ExpectedOrder {
  if (typeof entry !== 'object' || entry === null) return false;
  const { expect, order } = entry as Partial<Record<'expect' | 'order', unknown>>;
  if (expect !== 'complete' && expect !== 'error') return false;
  return (
    typeof order === 'object' && order !== null && typeof (order as { orderNumber?: unknown }).orderNumber === 'string'
  );
}
