import { valueOptions, type KnownCommand, type KnownOption } from './command-tree';

/** A script for `tasker completion fish | source`. @internal */
export function fishScript(tree: readonly KnownCommand[]): string {
  const paths = tree.map(({ path }) => path).filter((path) => path !== '');
  return `# fish completion for tasker
function __tasker_path
    set -l path
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip -eq 1
            set skip 0
        else if contains -- $word ${valueOptions(tree).join(' ')}
            set skip 1
        else if not string match -q -- '-*' $word
            set -l longer (string join ' ' $path $word)
            if contains -- $longer ${paths.map((path) => `'${path}'`).join(' ')}
                set path $longer
            end
        end
    end
    echo $path
end
function __tasker_at
    test (__tasker_path) = "$argv[1]"
end
complete -c tasker -e
${tree.flatMap(lines).join('\n')}
`;
}

function lines({ path, subcommands, options, choices }: KnownCommand): string[] {
  const at = `complete -c tasker -n '__tasker_at "${path}"'`;
  return [
    ...subcommands.map(({ name, description }) => `${at} -f -a ${name} -d ${quoted(description)}`),
    ...(choices.length === 0 ? [] : [`${at} -f -a '${choices.join(' ')}'`]),
    ...options.map((option) => `${at} ${optionWords(option)} -d ${quoted(option.description)}`),
  ];
}

function optionWords({ names, takesValue, choices }: KnownOption): string {
  const words = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  if (takesValue) words.push(choices.length > 0 ? `-x -a '${choices.join(' ')}'` : '-r');
  return words.join(' ');
}

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`;
