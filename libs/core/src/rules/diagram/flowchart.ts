import type { StepState } from '../states/step-state';

/** A node of a diagram. @public */
export interface DiagramStep {
  readonly name: string;
  /** Names of the steps it depends on. */
  readonly parents: readonly string[];
  /** Second line of its box. */
  readonly note?: string;
  /** Colours it; absent in a diagram of a template. */
  readonly state?: StepState;
  /** It cannot run because of a failure before it. */
  readonly blocked?: boolean;
  /** Of a step that only decides. Default a box. */
  readonly shape?: 'rhombus';
  /** By parent: what has to hold for the way from there to be taken; such a way is dashed. */
  readonly conditions?: Readonly<Record<string, string>>;
}

/** Fill, border, text. Readable on light and dark pages, and told apart without colour by the note. */
const COLOURS: Readonly<Record<StepState | 'blocked', string>> = {
  pending: 'fill:#e5e7eb,stroke:#6b7280,color:#111827',
  ready: 'fill:#dbeafe,stroke:#2563eb,color:#111827',
  in_progress: 'fill:#bfdbfe,stroke:#1d4ed8,stroke-width:3px,color:#111827',
  waiting_for_retry: 'fill:#fef3c7,stroke:#d97706,color:#111827',
  waiting: 'fill:#fef3c7,stroke:#d97706,stroke-dasharray:4,color:#111827',
  complete: 'fill:#bbf7d0,stroke:#15803d,color:#111827',
  error: 'fill:#fecaca,stroke:#b91c1c,stroke-width:3px,color:#111827',
  skipped: 'fill:#f3f4f6,stroke:#9ca3af,stroke-dasharray:4,color:#111827',
  cancelled: 'fill:#d1d5db,stroke:#374151,color:#111827',
  resolved_manually: 'fill:#ccfbf1,stroke:#0f766e,color:#111827',
  not_taken: 'fill:#f3f4f6,stroke:#9ca3af,stroke-dasharray:4,color:#111827',
  blocked: 'fill:#fee2e2,stroke:#b91c1c,stroke-dasharray:4,color:#111827',
};

/**
 * A graph of steps as a Mermaid flowchart, parents above children. Nodes are numbered in the order given; names are
 * only ever quoted text, whatever characters they have. Parents that are not among the steps are passed over.
 *
 * @returns lines joined by newlines, the last one ended too
 * @public
 */
export function flowchart(title: string, steps: readonly DiagramStep[]): string {
  const numberOf = new Map(steps.map(({ name }, index) => [name, index]));
  const lines = ['---', `title: ${JSON.stringify(title)}`, '---', 'flowchart TD'];
  steps.forEach((step, index) => lines.push(`  s${index}${node(step)}${classOf(step)}`));
  steps.forEach((step, index) => {
    for (const parent of step.parents) {
      const from = numberOf.get(parent);
      if (from !== undefined) lines.push(`  s${from} ${arrow(step, parent)} s${index}`);
    }
  });
  const used = new Set(steps.map(kindOf));
  for (const [kind, colours] of Object.entries(COLOURS)) {
    if (used.has(kind as StepState)) lines.push(`  classDef ${kind} ${colours}`);
  }
  return `${lines.join('\n')}\n`;
}

const node = (step: DiagramStep): string => (step.shape === 'rhombus' ? `{"${label(step)}"}` : `["${label(step)}"]`);

function arrow({ conditions = {} }: DiagramStep, parent: string): string {
  const condition = Object.hasOwn(conditions, parent) ? conditions[parent] : undefined;
  return condition === undefined ? '-->' : `-. "${quoted(condition)}" .->`;
}

const kindOf = ({ state, blocked }: DiagramStep): StepState | 'blocked' | undefined => (blocked ? 'blocked' : state);

function classOf(step: DiagramStep): string {
  const kind = kindOf(step);
  return kind === undefined ? '' : `:::${kind}`;
}

const label = ({ name, note }: DiagramStep): string =>
  note === undefined ? quoted(name) : `${quoted(name)}<br/>${quoted(note)}`;

/** Mermaid ends a label at a quote and reads entities, markup and Markdown in it: what could be one is written as an entity. */
const quoted = (text: string): string =>
  text.replace(/[^\p{L}\p{N} .,:;()/=+%_-]/gu, (character) => `#${character.codePointAt(0)};`);
