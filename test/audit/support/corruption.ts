import type { Scenario } from './scenarios';

/** What to break, in which task, and the step the auditor must name: a letter of the graph, `end`, or the task itself. */
export type Corruption = [rule: string, scenario: Scenario, step: string, sql: string];
