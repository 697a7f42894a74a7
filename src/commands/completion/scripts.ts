/**
 * What each shell loads. The scripts know nothing of the commands: they hand the words to `clocker completion`, whose last
 * line is `:files` where the shell's own files fit, and whose others are a word, a tab, and what it is.
 */

const bash = `# bash completion of clocker:  source <(clocker completion bash)
_clocker() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default
    else
      COMPREPLY+=("$(printf %q "\${line%%$'\\t'*}")")
    fi
  done < <("\${COMP_WORDS[0]}" completion -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _clocker clocker
`;

const zsh = `#compdef clocker
# zsh completion of clocker:  source <(clocker completion zsh)
_clocker() {
  local line value
  local -a found
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      _files
    else
      value=\${line%%$'\\t'*}
      found+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done < <("\${words[1]}" completion -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#found} )) && _describe -V clocker found
}
if [[ \${funcstack[1]} == _clocker ]]; then _clocker "$@"; else compdef _clocker clocker; fi
`;

const fish = `# fish completion of clocker:  clocker completion fish | source
function __clocker_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] completion -- $words[2..] 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c clocker -f -a '(__clocker_complete)'
`;

export const scripts = { bash, zsh, fish } as const;
export type Shell = keyof typeof scripts;
export const shells: readonly Shell[] = ['bash', 'zsh', 'fish'];
export const isShell = (text: string): text is Shell => Object.hasOwn(scripts, text);
