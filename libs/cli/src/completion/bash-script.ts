import { valueOptions, type KnownCommand } from './command-tree';

/** A script for `source <(tasker completion bash)`. Where it has no word to offer, bash completes files. @internal */
export function bashScript(tree: readonly KnownCommand[]): string {
  return `# bash completion for tasker
_tasker_words() {
  case "$1" in
${cases(tree, ({ path, subcommands, choices }) => [[path, [...subcommands.map(({ name }) => name), ...choices]]])}
  esac
}
_tasker_options() {
  case "$1" in
${cases(tree, ({ path, options }) => [[path, options.flatMap(({ names }) => names)]])}
  esac
}
_tasker_values() {
  case "$1" in
${cases(tree, ({ path, options }) =>
  options.flatMap(({ names, choices }) => names.map((name): Row => [`${path} ${name}`.trim(), choices])),
)}
  esac
}
_tasker() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" i word
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      ${valueOptions(tree).join('|')}) ((i++)) ;;
      -*) ;;
      *) [[ " $(_tasker_words "$path") " == *" $word "* ]] && path="\${path:+$path }$word" ;;
    esac
  done
  case "$previous" in
    ${valueOptions(tree).join('|')})
      COMPREPLY=($(compgen -W "$(_tasker_values "\${path:+$path }$previous")" -- "$current"))
      return ;;
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$(_tasker_options "$path")" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$(_tasker_words "$path")" -- "$current")) ;;
  esac
}
complete -o default -F _tasker tasker
`;
}

type Row = readonly [key: string, words: readonly string[]];

const cases = (tree: readonly KnownCommand[], rows: (command: KnownCommand) => readonly Row[]): string =>
  tree
    .flatMap(rows)
    .filter(([, words]) => words.length > 0)
    .map(([key, words]) => `    '${key}') echo '${words.join(' ')}' ;;`)
    .join('\n');
