# Sourced by ./meltemi: builds the distribution when sources are newer than it.

# Builds into tools/cli/target/dist of checkout $1 unless it is up to date; sets MELTEMI_BUILT to the
# moment (milliseconds) at which a build ended.
build_if_needed() {
    local root="$1" stamp="$1/tools/cli/target/dist/.built" log="$1/target/build.log"
    if [ -f "$stamp" ] && [ -z "$(find "$root" \( -name target -o -name .git -o -name docs \) -prune -o \
        -type f -newer "$stamp" \( -path '*/src/main/*' -o -name pom.xml \) -print -quit)" ]; then
        return 0
    fi
    command -v mvn >/dev/null || {
        echo "meltemi: Maven is not installed: install the package 'maven' (3.8 or newer)" >&2
        exit 1
    }
    mkdir -p "$root/target"
    echo "building Meltemi (the first time fetches its libraries; log: target/build.log)" >&2
    local started="$SECONDS"
    # A failing Maven fails the pipe (pipefail).
    if ! MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" \
        mvn -B -f "$root/pom.xml" -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip -pl tools/cli,samples/shop -am package 2>&1 |
        tee "$log" | show_progress; then
        grep -m 20 -E '^\[ERROR\] .' "$log" >&2 || tail -20 "$log" >&2
        echo "meltemi: the build failed; all of it is in $log" >&2
        exit 1
    fi
    printf '  built in %d s\n' "$((SECONDS - started))" >&2
    touch "$stamp"
    MELTEMI_BUILT="$(date +%s%3N)"
}

# Turns Maven's log into one line that counts modules.
show_progress() {
    local line started="$SECONDS"
    while IFS= read -r line; do
        if [[ "$line" =~ Building\ Meltemi:\ ([a-z-]+).*\[([0-9]+/[0-9]+)\] ]]; then
            if [ -t 2 ]; then
                printf '\r\033[K  %s %s (%d s)' "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}" "$((SECONDS - started))" >&2
            else
                printf '  %s %s\n' "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}" >&2
            fi
        fi
    done
    if [ -t 2 ]; then printf '\r\033[K' >&2; fi
}
