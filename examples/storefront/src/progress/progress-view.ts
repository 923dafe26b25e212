import type { OrderRow } from './order-board';

/** Something that happened to an order, in words. */
export interface ProgressLine {
  readonly at: number;
  readonly row: OrderRow;
  readonly step: string | null;
  readonly text: string;
}

/** Shows progress as it happens. */
export interface ProgressView {
  show(line: ProgressLine): void;
  /** The board has changed in something too small for a line. */
  refresh(): void;
  /** A line that belongs to no order. */
  say(text: string): void;
  /** Draws the last state and leaves the screen to others. */
  close(): void;
}

/** Token of the view. */
export const PROGRESS_VIEW = 'PROGRESS_VIEW';
