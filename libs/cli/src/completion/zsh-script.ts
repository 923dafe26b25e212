import { valueOptions, type KnownCommand } from './command-tree';

/** A script for a file `_tasker` in a folder of zsh's `fpath`, or for `source`. @internal */
export function zshScript(tree: readonly KnownCommand[]): string {
  return `#compdef tasker
# zsh completion for tasker
_tasker_words() {
  case "$1" in
${tree.map(wordsCase).join('')}  esac
}
_tasker_options() {
  case "$1" in
${tree.map(optionsCase).join('')}  esac
}
_tasker_values() {
  case "$1" in
${tree.map(valuesCase).join('')}  esac
}
_tasker() {
  local path_="" word i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "$word" in
      (${valueOptions(tree).join('|')}) ((i++)) ;;
      (-*) ;;
      (*)
        _tasker_words "$path_"
        (( \${found[(I)$word:*]} )) && path_="\${path_:+$path_ }$word" ;;
    esac
    found=()
  done
  case "\${words[CURRENT-1]}" in
    (${valueOptions(tree).join('|')})
      _tasker_values "\${path_:+$path_ }\${words[CURRENT-1]}"
      if (( $#found )); then compadd -a found; else _files; fi
      return ;;
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then _tasker_options "$path_"; else _tasker_words "$path_"; fi
  if (( $#found )); then _describe tasker found; else _files; fi
}
if [[ "\${funcstack[1]}" == _tasker ]]; then _tasker "$@"; else compdef _tasker tasker; fi
`;
}

/** `found` is the caller's: zsh looks names up where a function was called. */
const rows = (path: string, entries: readonly string[]): string =>
  entries.length === 0 ? '' : `    ('${path}') found=(${entries.join(' ')}) ;;\n`;

const entry = (name: string, description: string): string =>
  `'${`${name}:${description}`.replaceAll("'", "'\\''").replaceAll('\n', ' ')}'`;

const wordsCase = ({ path, subcommands, choices }: KnownCommand): string =>
  rows(path, [
    ...subcommands.map(({ name, description }) => entry(name, description)),
    ...choices.map((choice) => entry(choice, choice)),
  ]);

const optionsCase = ({ path, options }: KnownCommand): string =>
  rows(
    path,
    options.flatMap(({ names, description }) => names.map((name) => entry(name, description))),
  );

const valuesCase = ({ path, options }: KnownCommand): string =>
  options
    .filter(({ choices }) => choices.length > 0)
    .flatMap(({ names, choices }) => names.map((name) => rows(`${path} ${name}`.trim(), choices)))
    .join('');
