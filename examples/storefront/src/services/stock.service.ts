import { Injectable } from '@nestjs/common';
import type { OrderItem } from '../orders/order';

/** Units on the shelves. */
const ON_HAND: Readonly<Record<string, number>> = {
  'TEA-ASSAM-250': 4_000,
  'TEA-SENCHA-100': 2_500,
  'MATCHA-CEREMONY-30': 800,
  'POT-CAST-12': 600,
  'CUP-STONE-2': 1_800,
  'TIN-WALNUT': 700,
  'KETTLE-GOOSE': 350,
  'SCALE-01': 900,
  'FILTER-PAPER-100': 5_000,
  'JAR-COPPER-XL': 0,
};

/** An item that cannot be had. */
export interface Shortage {
  readonly sku: string;
  readonly wanted: number;
  readonly available: number;
}

/** The warehouse. A reservation is known by its key: asking again with the same key takes nothing more. */
@Injectable()
export class StockService {
  private readonly onHand = new Map(Object.entries(ON_HAND));
  private readonly reservations = new Set<string>();

  /** All or nothing. @returns what is missing; empty when everything was reserved */
  reserve(key: string, items: readonly OrderItem[]): Shortage[] {
    if (this.reservations.has(key)) return [];
    const missing = items
      .map(({ sku, quantity }) => ({ sku, wanted: quantity, available: this.onHand.get(sku) ?? 0 }))
      .filter(({ wanted, available }) => available < wanted);
    if (missing.length > 0) return missing;
    for (const { sku, quantity } of items) this.onHand.set(sku, (this.onHand.get(sku) ?? 0) - quantity);
    this.reservations.add(key);
    return [];
  }
}
