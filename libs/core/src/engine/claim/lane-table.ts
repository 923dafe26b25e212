import type { HandlerRegistry } from '../../handler/handler-registry';
import type { Lane } from '../../ports/engine-store';
import { ENGINE_NAME } from '../../rules/template/step-kind';
import { Watermarks } from './watermarks';

/** Which lanes a worker serves: those it may, and no others. */
export interface ServedLanes {
  readonly handlers: HandlerRegistry;
  /** Named queues; null: all. */
  readonly queues: readonly string[] | null;
  /** The highest engine level it understands. */
  readonly level: number;
}

/** The lanes this worker serves: those of its handlers, and the engine's own, which every worker serves. */
export class LaneTable {
  readonly ofHandlers = new Watermarks();
  readonly ofEngine = new Watermarks();

  constructor(private readonly served: ServedLanes) {}

  /** @returns true when a lane came that was not served before */
  update(lanes: readonly Lane[]): boolean {
    let grown = false;
    for (const lane of lanes) {
      const kind = lane.queue === ENGINE_NAME ? this.ofEngine : this.ofHandlers;
      if (!this.wants(lane) || kind.has(lane.id)) continue;
      kind.add(lane.id);
      grown = true;
    }
    return grown;
  }

  serves(lane: number): boolean {
    return this.ofHandlers.has(lane) || this.ofEngine.has(lane);
  }

  ids(): number[] {
    return [...this.ofHandlers.ids(), ...this.ofEngine.ids()];
  }

  lookAtAll(): void {
    this.ofHandlers.lookAtAll();
    this.ofEngine.lookAtAll();
  }

  private wants({ queue, handler, level }: Lane): boolean {
    const { handlers, queues } = this.served;
    if (level > this.served.level) return false;
    return queue === ENGINE_NAME || (handlers.has(handler) && (queues === null || queues.includes(queue)));
  }
}
