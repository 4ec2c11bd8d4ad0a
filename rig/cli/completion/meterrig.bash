# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for bash. Commands and options are those that the program's --help names, so nothing here
# has to follow it.

_meterrig_options() { "$@" --help 2>/dev/null | grep -oE -- '^  (-h,)?--[a-z-]+' | grep -oE -- '--[a-z-]+'; }
_meterrig_commands() { "$@" --help 2>/dev/null | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p'; }
_meterrig_names() { "$1" list "$2" --names 2>/dev/null; }

_meterrig_complete() {
  local IFS=$' \t\n'
  # shellcheck disable=SC2207
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}

_meterrig() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local first=${COMP_WORDS[1]-} command=("$program") at=1
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    if [[ $word == -* ]]; then _meterrig_complete "$(_meterrig_options "$program")" "$word"; else
      _meterrig_complete "$(_meterrig_commands "$program")" "$word"
    fi
    return
  fi
  command+=("$first")
  local below
  below=$(_meterrig_commands "$program" "$first")
  if [ -n "$below" ]; then
    if [ "$COMP_CWORD" -eq 2 ]; then
      _meterrig_complete "$below --help" "$word"
      return
    fi
    command+=("${COMP_WORDS[2]}")
    at=2
  fi

  case $previous in
    --device) _meterrig_complete "$(_meterrig_names "$program" devices)" "$word" ;;
    --bench) _meterrig_complete "$(_meterrig_names "$program" benches)" "$word" ;;
    --search) _meterrig_complete worst "$word" ;;
    --compare) _meterrig_complete "$(_meterrig_names "$program" standards)" "$word" ;;
    --suite | --format)
      # A list: what stands before the last comma stays.
      local before='' values='html junit json'
      [ "$previous" = --suite ] && values=$(_meterrig_names "$program" suites)
      [[ $word == *,* ]] && before=${word%,*},
      _meterrig_complete "$values" "${word##*,}"
      COMPREPLY=("${COMPREPLY[@]/#/$before}")
      ;;
    --serial | --inject)
      _meterrig_complete "$(_meterrig_names "$program" ports)" "$word"
      ;;
    *)
      if [[ $word == -* ]]; then
        _meterrig_complete "$(_meterrig_options "${command[@]}")" "$word"
      elif [ "$COMP_CWORD" -eq $((at + 1)) ]; then
        case $first in
          device) _meterrig_complete "$(_meterrig_names "$program" devices)" "$word" ;;
          instrument) _meterrig_complete "$("$program" instrument serve --help | sed -n 's/^  instrument TEXT:{\(.*\)}.*/\1/p' | tr ',' ' ')" "$word" ;;
          synth) _meterrig_complete "$(_meterrig_names "$program" scenarios)" "$word" ;;
          list) _meterrig_complete "$("$program" list --help | sed -n 's/^  what TEXT:{\(.*\)}.*/\1/p' | tr ',' ' ')" "$word" ;;
        esac
      fi
      ;;
  esac
}

# Where nothing of the program's fits, a file name does.
complete -o default -F _meterrig meterrig
