import { referenceText } from '../program/template-reference';
import { readTemplates, templateFiles, type ReadingOptions, type TemplateFault } from './template-files';

/** What linting found. @internal */
export interface LintReport {
  readonly files: number;
  /** References of the sound templates, in the order of the files. */
  readonly templates: readonly string[];
  /** In the order of files and lines. */
  readonly faults: readonly TemplateFault[];
}

/** Reads every file, and looks for one version that two files define. @internal */
export function lintTemplates(paths: readonly string[], options: ReadingOptions): LintReport {
  const files = templateFiles(paths);
  const read = files.map((file) => readTemplates(file, options));
  const first = new Map<string, string>();
  const doubles = read.flatMap(({ templates }) =>
    templates.flatMap(({ file, definition }): TemplateFault[] => {
      const reference = referenceText(definition);
      const other = first.get(reference);
      if (other === undefined) first.set(reference, file);
      const message = `${reference} is also defined in ${other}`;
      return other === undefined ? [] : [{ file, line: 1, path: 'name', message }];
    }),
  );
  return {
    files: files.length,
    templates: [...first.keys()],
    faults: [...read.flatMap(({ faults }) => faults), ...doubles],
  };
}
