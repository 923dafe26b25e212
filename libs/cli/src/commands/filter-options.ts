import {
  FAILURE_KINDS,
  SHOWN_STEP_STATES,
  TASK_STATES,
  type StepFailure,
  type StepState,
  type TaskFilter,
  type TaskState,
} from '@tasker/core';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { REFERENCE_FORM, templateReference, type TemplateReference } from '../program/template-reference';
import { instant, json, jsonObject, list } from '../program/values';
import { attribute } from './attribute-option';

/** What was typed to choose tasks. @internal */
export interface FilterOptions {
  readonly id?: readonly string[];
  readonly state?: readonly TaskState[];
  readonly namespace?: string;
  readonly template?: TemplateReference;
  readonly paused?: boolean;
  readonly tag?: readonly string[];
  readonly identity?: string;
  readonly correlationId?: string;
  readonly initiator?: string;
  readonly sourceSystem?: string;
  readonly since?: string;
  readonly until?: string;
  readonly finishedSince?: string;
  readonly finishedUntil?: string;
  readonly attribute?: NonNullable<TaskFilter['attributes']>;
  readonly context?: Record<string, unknown>;
  readonly annotation?: { type: string; contains?: unknown };
  readonly step?: string;
  readonly stepState?: readonly StepState[];
  readonly errorKind?: StepFailure['kind'];
  readonly message?: string;
  readonly errorFingerprint?: string;
}

/** Adds the options that choose tasks; all of them together narrow. @internal */
export function addFilterOptions(command: Command): Command {
  const options = [
    new Option('--id <ids>', 'these tasks').argParser(list),
    new Option('-s, --state <states>', `in one of these states: ${TASK_STATES.join(', ')}`).argParser(
      among(TASK_STATES),
    ),
    new Option('-n, --namespace <name>', 'of this namespace'),
    new Option('-t, --template <template>', `of this template: ${REFERENCE_FORM}`).argParser(templateReference),
    new Option('--paused', 'paused ones only'),
    new Option('--no-paused', 'without paused ones'),
    new Option('--tag <tags>', 'with all of these tags').argParser(list),
    new Option('--identity <key>', 'with this identity'),
    new Option('--correlation-id <id>', 'with this correlation id'),
    new Option('--initiator <name>', 'asked for by this one'),
    new Option('--source-system <name>', 'asked for from there'),
    new Option('--since <time>', 'created then or later: 2h, 7d, or ISO 8601').argParser(instant),
    new Option('--until <time>', 'created before').argParser(instant),
    new Option('--finished-since <time>', 'ended then or later').argParser(instant),
    new Option('--finished-until <time>', 'ended before').argParser(instant),
    new Option(
      '--attribute <condition>',
      'with this search attribute: customer=c1, total>=10; several times for several',
    ).argParser(attribute),
    new Option('--context <json>', 'whose context contains this JSON').argParser(jsonObject),
    new Option('--annotation <type[=json]>', 'annotated so, with something that contains this JSON').argParser(
      annotation,
    ),
    new Option('--step <name>', 'that have this step'),
    new Option(
      '--step-state <states>',
      `with that step in one of these states: ${SHOWN_STEP_STATES.join(', ')}`,
    ).argParser(among(SHOWN_STEP_STATES)),
    new Option('--error-kind <kind>', 'with a step that failed so').choices(FAILURE_KINDS),
    new Option('--message <text>', 'with a step that failed with this somewhere in its message'),
    new Option('--error-fingerprint <fingerprint>', 'with a failure of this group'),
  ];
  options.forEach((option) => command.addOption(option));
  return command;
}

/** The filter that was typed; fields that were not are absent. @internal */
export function filterOf(options: FilterOptions): TaskFilter {
  const { id, tag, paused, since, until, finishedSince, finishedUntil, template, ...same } = options;
  const { state, namespace, identity, correlationId, initiator, sourceSystem, context, annotation: note } = same;
  const { attribute: attributes } = same;
  const { step, stepState, errorKind, errorFingerprint, message } = same;
  const fields = {
    ...{ ids: id, state, ...template, namespace: namespace ?? template?.namespace, hold: paused, tags: tag },
    ...{ identity, correlationId, initiator, sourceSystem, attributes, context, annotation: note },
    ...{ requestedAfter: since, requestedBefore: until, finishedAfter: finishedSince, finishedBefore: finishedUntil },
    ...{ step, stepState, errorKind, errorFingerprint, errorMessage: message },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const among =
  <T extends string>(known: readonly T[]) =>
  (text: string, before: readonly T[] = []): T[] => {
    const words = list(text, before);
    const wrong = words.find((word) => !known.includes(word as T));
    if (wrong === undefined) return words as T[];
    throw new InvalidArgumentError(`"${wrong}" is none of ${known.join(', ')}.`);
  };

function annotation(text: string): { type: string; contains?: unknown } {
  const [type = '', ...rest] = text.split('=');
  if (type === '') throw new InvalidArgumentError('It must be the type of an annotation, or type=json.');
  return rest.length === 0 ? { type } : { type, contains: json(rest.join('=')) };
}
