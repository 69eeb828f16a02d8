# Sourced by tools/bench/bin/*: the bench's jars.

# Sets jars to the folder of them, built when sources of checkout $1 are newer.
build_bench() {
    jars="$1/tools/bench/target/dist"
    if [ -d "$jars" ] && [ -z "$(find "$1/tools" "$1/shared" "$1/data-plane" -path '*/src/main/*' -newer "$jars" -print -quit)" ]; then
        return 0
    fi
    echo "building the bench" >&2
    MAVEN_OPTS="${MAVEN_OPTS:-} --sun-misc-unsafe-memory-access=allow" \
        mvn -B -q -f "$1/pom.xml" -Dmaven.test.skip=true -pl tools/bench -am package >&2
    touch "$jars"
}
