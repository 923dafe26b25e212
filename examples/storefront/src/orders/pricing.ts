import type { OrderItem } from './order';

const TAX_RATE = 0.08;

/** What an order costs, in cents of its currency. */
export interface Totals {
  readonly subtotalCents: number;
  readonly taxCents: number;
  readonly shippingCents: number;
  readonly totalCents: number;
}

/** Adds up a basket: 8 % tax, shipping by the number of parcels' worth of goods. */
export function priceOf(items: readonly OrderItem[]): Totals {
  const subtotalCents = items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0);
  const units = items.reduce((sum, item) => sum + item.quantity, 0);
  const taxCents = Math.round(subtotalCents * TAX_RATE);
  const shippingCents = shippingFor(units);
  return { subtotalCents, taxCents, shippingCents, totalCents: subtotalCents + taxCents + shippingCents };
}

function shippingFor(units: number): number {
  if (units <= 4) return 599;
  return units <= 20 ? 999 : 1_499;
}
