import type { VerbField } from '@tasker/core';
import { Argument, Option } from 'commander';
import { integer, json, jsonObject, list } from '../program/values';

/** A field of a verb as an option: `--inputs <json>`. @internal */
export function fieldOption(name: string, field: VerbField, description = describe(field)): Option {
  const option = new Option(
    field.type === 'flag' ? `--${name}` : `--${name} <${placeholder(name, field)}>`,
    description,
  );
  if (field.type === 'choice') return option.choices(field.choices);
  const parser = parserOf(field);
  return parser ? option.argParser(parser) : option;
}

/** A field that must be given as an argument: `<priority>`. @internal */
export function fieldArgument(name: string, field: VerbField): Argument {
  const argument = new Argument(`<${name}>`, describe(field));
  if (field.type === 'choice') return argument.choices(field.choices);
  const parser = parserOf(field);
  return parser ? argument.argParser(parser) : argument;
}

/** What a field is for, as help says it: small at the beginning, with the bounds or the default at the end. @internal */
export function describe(field: VerbField): string {
  const words = field.description.replace(/\.$/, '');
  const text = words.charAt(0).toLowerCase() + words.slice(1);
  if (field.type === 'integer') return `${text} (${field.minimum} to ${field.maximum})`;
  return field.type === 'choice' && field.default !== undefined ? `${text} (default: ${field.default})` : text;
}

const placeholder = (name: string, { type }: VerbField): string =>
  type === 'record' || type === 'json'
    ? 'json'
    : type === 'integer'
      ? 'number'
      : type === 'choice'
        ? 'what'
        : type === 'texts'
          ? 'names'
          : name;

function parserOf(field: VerbField): ((text: string) => unknown) | undefined {
  switch (field.type) {
    case 'integer':
      return integer(field.minimum, field.maximum);
    case 'record':
      return jsonObject;
    case 'json':
      return json;
    case 'texts':
      return names;
    default:
      return undefined;
  }
}

/** Names with commas between them; an empty text is none of them. */
const names = (text: string): string[] => (text === '' ? [] : list(text));
