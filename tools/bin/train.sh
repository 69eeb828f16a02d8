# Sourced by ./meltemi: the end of a build. What the mesh's programs load is noted in an AOT cache, which
# they then start from. Why here: docs/adr/0004-aot-cache.md.

# Makes tools/cli/target/dist/meltemi.aot of checkout $1 unless it was tried with this JDK and these jars;
# sets MELTEMI_BUILT as build_if_needed does. Where it cannot be made the programs start without it.
train_if_needed() {
    local dist="$1/tools/cli/target/dist" log="$1/target/train.log" jdk started="$SECONDS" home
    jdk="$(sed -n 's/^JAVA_RUNTIME_VERSION=//p' "$JAVA_HOME/release")"
    if [ "$jdk" = "$(cat "$dist/meltemi.aot.jdk" 2>/dev/null)" ] &&
        [ -z "$(find "$dist" -name '*.jar' -newer "$dist/meltemi.aot.jdk" -print -quit)" ]; then
        return 0
    fi
    [ -w "$dist" ] && can_train || return 0
    home="$(mktemp -d)" # sockets want a short path
    mkdir -p "$1/target"
    echo "noting for the JDK what the programs load, so that they start sooner (once; log: target/train.log)" >&2
    # Lazily linked: eager linking starts one program sooner, but loads into each what only others need.
    if MELTEMI_INSTALL="$1" MELTEMI_HOME="$home" timeout 120 \
        unshare -Urnm -p -f --kill-child --mount-proc -- \
        "$JAVA_HOME/bin/java" "@$1/tools/bin/java.options" -Xmx256m -XX:TieredStopAtLevel=1 \
        -XX:-AOTClassLinking "-XX:AOTCacheOutput=$home/meltemi.aot" \
        -cp "$dist/meltemi.jar" io.meltemi.cli.MeshCli train </dev/null >"$log" 2>&1 && [ -s "$home/meltemi.aot" ]; then
        # Moved into its place as a whole: a running mesh has the old one mapped.
        mv "$home/meltemi.aot" "$dist/meltemi.aot.new"
        mv "$dist/meltemi.aot.new" "$dist/meltemi.aot"
        printf '  noted in %d s\n' "$((SECONDS - started))" >&2
    else
        rm -f "$dist/meltemi.aot"
        echo "meltemi: no AOT cache: programs start in twice the time; why: target/train.log" >&2
    fi
    rm -rf "$home"
    echo "$jdk" >"$dist/meltemi.aot.jdk"
    MELTEMI_BUILT="$(date +%s%3N)"
}

# The training is the mesh itself: it wants what pods want.
can_train() (
    PATH="$PATH:/usr/sbin:/sbin"
    command -v unshare && command -v nsenter && command -v ip && command -v nft && command -v timeout
) >/dev/null
