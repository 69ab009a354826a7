# Completions of this program for bash.
_clap_complete_NAME() {
    local IFS=$'\013'
    local _CLAP_COMPLETE_INDEX=0 _CLAP_COMPLETE_COMP_TYPE=${COMP_TYPE} _CLAP_COMPLETE_SPACE=true
    if compopt +o nospace 2> /dev/null; then
        _CLAP_COMPLETE_SPACE=false
    fi
    # Bash breaks words at = and : and @ (COMP_WORDBREAKS), the program does not: what was broken is put together again.
    # Of the word at the cursor bash replaces the last piece alone, so what stands before that is taken off the answers.
    local words=() rest="${COMP_LINE}" before="" word="" gap="" broken="" last=-1 i
    local is_break=false was_break=false is_cut=false
    for (( i = 0; i < ${#COMP_WORDS[@]}; i++ )); do
        word="${COMP_WORDS[i]}"
        gap="${rest%%[![:space:]]*}"
        rest="${rest#"${gap}"}"
        rest="${rest#"${word}"}"
        was_break=${is_break}
        is_break=false
        if [[ "${word}" =~ ^[=:@]+$ ]]; then
            is_break=true
        fi
        if (( i > 1 )) && [[ -z "${gap}" && "${is_break}${was_break}" == *true* ]]; then
            if [[ "${is_cut}" == true ]]; then
                continue
            fi
            before="${words[last]}"
        else
            before=""
            is_cut=false
            last=${#words[@]}
        fi
        if (( i != COMP_CWORD )); then
            words[last]="${before}${word}"
            continue
        fi
        if [[ "${is_break}" == true && -z "$2" ]]; then
            before="${before}${word}"
        elif [[ "${is_break}" == true ]]; then
            before="${before%"$2"}"
        elif [[ "$2" == @* ]]; then
            # That one belongs to what bash replaces.
            before="${before%@}"
        elif [[ "${BASH_VERSINFO[0]}" -lt 4 ]]; then
            before="${word%"$2"}"
        fi
        broken="${before}"
        words[last]="${before}$2"
        _CLAP_COMPLETE_INDEX=${last}
        is_cut=true
    done
    COMPREPLY=( $( \
        _CLAP_IFS="${IFS}" \
        _CLAP_COMPLETE_INDEX="${_CLAP_COMPLETE_INDEX}" \
        _CLAP_COMPLETE_COMP_TYPE="${_CLAP_COMPLETE_COMP_TYPE}" \
        _CLAP_COMPLETE_SPACE="${_CLAP_COMPLETE_SPACE}" \
        VARIABLE="bash" \
        COMPLETER -- "${words[@]}" \
    ) )
    if [[ $? != 0 ]]; then
        unset COMPREPLY
        return
    fi
    if [[ -n "${broken}" && "${#COMPREPLY[@]}" -gt 0 ]]; then
        COMPREPLY=( "${COMPREPLY[@]#"${broken}"}" )
    fi
    if [[ "${_CLAP_COMPLETE_SPACE}" == false && "${COMPREPLY-}" =~ [=/:]$ ]]; then
        compopt -o nospace
    fi
}
if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _clap_complete_NAME PROGRAM
else
    complete -o nospace -o bashdefault -F _clap_complete_NAME PROGRAM
fi
