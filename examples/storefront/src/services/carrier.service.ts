import { Injectable } from '@nestjs/common';
import { Pace } from './pace';

/** A parcel on its way. */
export interface Shipment {
  readonly trackingNumber: string;
  readonly expectedDays: number;
}

const DAYS = { overnight: 1, express: 2, standard: 5 } as const;

/** The parcel service. Its label printer jams on the first overnight label of every order: the flaky step of the demo. */
@Injectable()
export class CarrierService {
  private readonly jammed = new Set<string>();

  constructor(private readonly pace: Pace) {}

  async quote(method: keyof typeof DAYS, country: string, signal: AbortSignal): Promise<{ expectedDays: number }> {
    await this.pace.take(country.length * 45, signal);
    return { expectedDays: DAYS[method] };
  }

  async createLabel(orderNumber: string, method: keyof typeof DAYS, signal: AbortSignal): Promise<Shipment> {
    await this.pace.take(160, signal);
    if (method === 'overnight' && !this.jammed.has(orderNumber)) {
      this.jammed.add(orderNumber);
      throw new Error('ECONNRESET: the label service closed the connection');
    }
    return { trackingNumber: `PX${orderNumber.replace('SF-', '')}EU`, expectedDays: DAYS[method] };
  }
}
