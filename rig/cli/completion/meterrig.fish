# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for fish. Commands and options are those that the program's --help names.

function __meterrig_commands
    meterrig --help 2>/dev/null | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\)  *\(.*\)/\1\t\2/p'
end

function __meterrig_options
    set -l words (commandline -opc)
    set -l command $words[2]
    contains -- "$command" device source instrument rf; and set -a command $words[3]
    meterrig $command --help 2>/dev/null | grep -oE -- '^  (-h,)?--[a-z-]+' | grep -oE -- '--[a-z-]+'
end

function __meterrig_before -a option
    set -l words (commandline -opc)
    test "$words[-1]" = "$option"
end

complete -c meterrig -n '__fish_is_nth_token 1' -f -a '(__meterrig_commands)'
complete -c meterrig -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__meterrig_options)'
complete -c meterrig -n '__fish_seen_subcommand_from device; and __fish_is_nth_token 2' -f -a 'serve read pulses'
complete -c meterrig -n '__fish_seen_subcommand_from device; and __fish_is_nth_token 3' -f -a '(meterrig list devices --names)'
complete -c meterrig -n '__fish_seen_subcommand_from source; and __fish_is_nth_token 2' -f -a 'set calibrate status'
complete -c meterrig -n '__fish_seen_subcommand_from rf; and __fish_is_nth_token 2' -f -a 'sweep'
complete -c meterrig -n '__fish_seen_subcommand_from instrument; and __fish_is_nth_token 2' -f -a 'serve'
complete -c meterrig -n '__fish_seen_subcommand_from instrument; and __fish_is_nth_token 3' -f -a 'scpi-source scpi-reference scpi-bench calmet iio'
complete -c meterrig -n '__fish_seen_subcommand_from synth; and __fish_is_nth_token 2' -a '(meterrig list scenarios --names)'
complete -c meterrig -n '__fish_seen_subcommand_from list; and __fish_is_nth_token 2' -f -a 'suites devices standards benches scenarios sources ports'
complete -c meterrig -n '__meterrig_before --device' -f -a '(meterrig list devices --names)'
complete -c meterrig -n '__meterrig_before --bench' -f -a '(meterrig list benches --names)'
complete -c meterrig -n '__meterrig_before --search' -f -a 'worst'
complete -c meterrig -n '__meterrig_before --compare' -f -a '(meterrig list standards --names)'
complete -c meterrig -n '__meterrig_before --suite' -f -a '(meterrig list suites --names)'
complete -c meterrig -n '__meterrig_before --format' -f -a 'html junit json'
