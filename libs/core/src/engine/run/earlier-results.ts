import { nearestName } from '../../data/nearest-name';
import { TaskerError } from '../../errors/tasker-error';
import { ancestorsOf, positionOf, stepAt } from '../../rules/template/plan-graph';
import type { StepInHand } from '../claim/hand';

/** Results are large at most: as many are asked for in one statement. */
const AT_ONCE = 50;
/** Names of ancestors an error lists. */
const NAMES_TOLD = 20;

/** JSON texts of results by position, in order; null where there is none. */
export type FetchResults = (positions: readonly number[]) => Promise<readonly (string | null)[]>;

interface Wanted {
  readonly position: number;
  readonly resolve: (text: Promise<string | null>) => void;
}

/** Results of a step's ancestors for one attempt: each fetched once, those asked for in the same turn together. */
export class EarlierResults {
  private readonly texts = new Map<number, Promise<string | null>>();
  private wanted: Wanted[] = [];
  private ancestors: ReadonlySet<number> | undefined;

  constructor(
    private readonly step: StepInHand,
    private readonly fetch: FetchResults,
  ) {}

  /** @throws {TaskerError} TSK_REQUEST_INVALID for what is no ancestor; what `fetch` throws */
  async of(name: string): Promise<unknown> {
    const position = this.positionOf(name);
    const known = this.step.results.get(position);
    return JSON.parse((known === undefined ? await this.text(position) : known) ?? 'null') as unknown;
  }

  private positionOf(name: string): number {
    const { task, plan } = this.step;
    const position = positionOf(task.plan, name);
    this.ancestors ??= new Set(ancestorsOf(task.plan, plan.position));
    if (position === undefined || !this.ancestors.has(position)) throw this.noAncestor(name);
    return position;
  }

  private text(position: number): Promise<string | null> {
    const asked = this.texts.get(position);
    if (asked) return asked;
    const text = new Promise<string | null>((resolve) => this.wanted.push({ position, resolve }));
    this.texts.set(position, text);
    if (this.wanted.length === 1) queueMicrotask(() => void this.fetchWanted());
    return text;
  }

  private async fetchWanted(): Promise<void> {
    const wanted = this.wanted;
    this.wanted = [];
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      const some = wanted.slice(from, from + AT_ONCE);
      const answer = this.fetch(some.map(({ position }) => position));
      some.forEach(({ position, resolve }, index) => {
        // A handler that goes on after a failure may ask again.
        const text = answer.then((texts) => texts[index] ?? null);
        text.catch(() => this.texts.delete(position));
        resolve(text);
      });
      await answer.catch(() => undefined);
    }
  }

  private noAncestor(name: string): TaskerError {
    const { task, plan } = this.step;
    const names = [...(this.ancestors ?? [])].map((position) => stepAt(task.plan, position)?.name ?? '');
    const near = nearestName(name, names);
    const told = names.slice(0, NAMES_TOLD).join(', ') + (names.length > NAMES_TOLD ? ', …' : '');
    return new TaskerError('TSK_REQUEST_INVALID', `Step "${plan.name}" does not run after "${name}".`, {
      hint: `${near === undefined ? '' : `Did you mean "${near}"? `}It runs after: ${told || 'no other step'}.`,
      data: { steps: names },
    });
  }
}
