# Sourced by ./meltemi and ./verify: finds a JDK that can build and run the mesh.

# Prints the feature version of the JDK in folder $1, or 0 when there is none.
jdk_version() {
    local version=0
    if [ -x "$1/bin/javac" ] && [ -f "$1/release" ]; then
        version="$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")"
    fi
    echo "${version:-0}"
}

# Prints the home of the first JDK 25 or newer; explains and exits 1 when none is found.
find_jdk() {
    local candidate from_path=""
    if command -v javac >/dev/null; then
        from_path="$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")"
    fi
    for candidate in "${JAVA_HOME:-}" "$from_path" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \
        "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if [ -n "$candidate" ] && [ "$(jdk_version "$candidate")" -ge 25 ]; then
            echo "$candidate"
            return 0
        fi
    done
    echo "meltemi needs a JDK 25 or newer: install one (e.g. Temurin 25) or point JAVA_HOME at it" >&2
    exit 1
}
