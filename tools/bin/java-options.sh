# Sourced by ./meltemi: JVM options that every process of the mesh shares.
MELTEMI_JAVA_OPTIONS=(
    --enable-native-access=ALL-UNNAMED       # epoll, BoringSSL, setns
    -XX:+UseSerialGC                         # small heaps on small machines
    -XX:-UsePerfData                         # leaves no files in /tmp behind
    -Dio.netty.machineId=02:00:00:00:00:01:02:03 # no search for a hardware address in namespaces
)
