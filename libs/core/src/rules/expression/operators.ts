import { isStorableTime } from '../filter/instant';
import {
  isList,
  isMap,
  isSame,
  kindOfValue,
  order,
  textCost,
  type ExpressionValue,
  type Spend,
} from './expression-value';
import { Refusal } from './functions';
import type { BinaryOperator } from './syntax-tree';
import { TimeSpan } from './time-span';

/** What an operator makes of its two operands. */
type Operation = (left: ExpressionValue, right: ExpressionValue, spend: Spend) => ExpressionValue;

/** Every operator with two operands, both evaluated. @internal */
export const OPERATIONS: Readonly<Record<BinaryOperator, Operation>> = {
  '==': isSame,
  '!=': (left, right, spend) => !isSame(left, right, spend),
  '<': (left, right, spend) => ordered('<', left, right, spend) < 0,
  '<=': (left, right, spend) => ordered('<=', left, right, spend) <= 0,
  '>': (left, right, spend) => ordered('>', left, right, spend) > 0,
  '>=': (left, right, spend) => ordered('>=', left, right, spend) >= 0,
  '+': add,
  '-': subtract,
  '*': arithmetic('*', (left, right) => left * right),
  '/': arithmetic('/', (left, right) => left / nonZero(right)),
  '%': arithmetic('%', (left, right) => whole(left) % nonZero(whole(right))),
  in: isIn,
};

/** The number a `-` in front makes. @internal */
export function negated(value: ExpressionValue): ExpressionValue {
  if (typeof value === 'number') return -value;
  throw new Refusal(`- takes a number, not ${kindOfValue(value)}`);
}

function ordered(operator: BinaryOperator, left: ExpressionValue, right: ExpressionValue, spend: Spend): number {
  const found = order(left, right, spend);
  if (found === undefined) throw unsuited(operator, left, right);
  return found;
}

function add(left: ExpressionValue, right: ExpressionValue, spend: Spend): ExpressionValue {
  if (typeof left === 'number' && typeof right === 'number') return finite(left + right);
  if (typeof left === 'string' && typeof right === 'string') {
    spend(textCost(left.length + right.length));
    return left + right;
  }
  if (isList(left) && isList(right)) {
    spend(left.length + right.length);
    return [...left, ...right];
  }
  if (left instanceof TimeSpan && right instanceof TimeSpan) return new TimeSpan(left.ms + right.ms);
  if (left instanceof Date && right instanceof TimeSpan) return instant(left.getTime() + right.ms);
  if (left instanceof TimeSpan && right instanceof Date) return instant(left.ms + right.getTime());
  throw unsuited('+', left, right);
}

function subtract(left: ExpressionValue, right: ExpressionValue): ExpressionValue {
  if (typeof left === 'number' && typeof right === 'number') return finite(left - right);
  if (left instanceof Date && right instanceof Date) return new TimeSpan(left.getTime() - right.getTime());
  if (left instanceof Date && right instanceof TimeSpan) return instant(left.getTime() - right.ms);
  if (left instanceof TimeSpan && right instanceof TimeSpan) return new TimeSpan(left.ms - right.ms);
  throw unsuited('-', left, right);
}

function isIn(entry: ExpressionValue, collection: ExpressionValue, spend: Spend): boolean {
  if (isMap(collection)) return typeof entry === 'string' && Object.hasOwn(collection, entry);
  if (!isList(collection)) throw new Refusal(`in looks into a list or a map, not into ${kindOfValue(collection)}`);
  return collection.some((other) => (spend(1), isSame(entry, other, spend)));
}

/** Numbers of JSON in, a number of JSON out. */
function arithmetic(operator: BinaryOperator, compute: (left: number, right: number) => number): Operation {
  return (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') throw unsuited(operator, left, right);
    return finite(compute(left, right));
  };
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new Refusal('the number is too large');
}

function nonZero(value: number): number {
  if (value !== 0) return value;
  throw new Refusal('cannot divide by zero');
}

function whole(value: number): number {
  if (Number.isInteger(value)) return value;
  throw new Refusal(`% takes whole numbers, not ${value}`);
}

function instant(ms: number): Date {
  if (isStorableTime(ms)) return new Date(ms);
  throw new Refusal('the timestamp is outside the years 1 to 9999');
}

function unsuited(operator: BinaryOperator, left: ExpressionValue, right: ExpressionValue): Refusal {
  const hint = left === null || right === null ? '; compare with null first' : '';
  return new Refusal(`${operator} has no meaning for ${kindOfValue(left)} and ${kindOfValue(right)}${hint}`);
}
