import {
  AnalyticsStore,
  DiagramStore,
  ExplanationStore,
  Session,
  StepInsightStore,
  TaskReadStore,
  TemplateCatalogue,
} from '@tasker/postgres';
import type { EngineHarness } from '../../support/engine-harness';

/** The read side over the database of a harness, without Nest. */
export function readSide(harness: EngineHarness) {
  const session = new Session((sql, values) => harness.rows.query(sql, values), 'tasker');
  const tasks = new TaskReadStore(session);
  const steps = new StepInsightStore(session);
  return {
    ...{ tasks, steps, analytics: new AnalyticsStore(session) },
    explanations: new ExplanationStore(session, tasks, steps),
    diagrams: new DiagramStore(new TemplateCatalogue(session), tasks, steps),
  };
}

export type ReadSide = ReturnType<typeof readSide>;
