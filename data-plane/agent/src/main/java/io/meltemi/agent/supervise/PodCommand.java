package io.meltemi.agent.supervise;

import io.meltemi.agent.intercept.Pod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Puts a program into a pod. Immutable.
///
/// Mount and PID namespaces cannot be entered by a running JVM, so a wrapper execs inside.
///
/// @param pod where it runs
/// @param hidden a folder it must not see: the control sockets of the mesh
/// @param uid the caller's own, which it gets back
public record PodCommand(Pod pod, Path hidden, int uid, int gid) {
    /// The agent's, among the files of the pod.
    public static final String SOCKET = "agent.sock";

    /// The same as the application sees it, in the folder that is hidden otherwise.
    public static final String SHOWN_SOCKET = "workload.sock";

    /// The application's own view of the machine. The order matters: files of the pod lie under
    /// /run, so they are bound before /run is covered; where /etc/resolv.conf is a link into /run,
    /// its target is made in the cover. Of what is hidden only the workload's own socket comes
    /// back, by a name in the cover. The program is not the first process of its PID namespace: the
    /// kernel would not give that one signals it has no handler for, and somebody has to reap
    /// orphans.
    private static final String SCRIPT =
            """
            files=$1; hidden=$2; uid=$3; gid=$4; shift 4
            resolv=$(readlink -f /etc/resolv.conf || :)
            names=$(cat "$files/resolv.conf")
            mount --bind "$files/hosts" /etc/hosts
            if test -e /etc/nsswitch.conf; then mount --bind "$files/nsswitch.conf" /etc/nsswitch.conf; fi
            case "$resolv" in
              /run/*|/var/run/*|'') ;;
              *) if test -e "$resolv"; then mount --bind "$files/resolv.conf" "$resolv"; fi ;;
            esac
            if test -d "$hidden"; then
              mount -t tmpfs -o size=4k,mode=755 tmpfs "$hidden"
              if test -S "$files/agent.sock"; then
                : > "$hidden/workload.sock"
                mount --bind "$files/agent.sock" "$hidden/workload.sock"
              fi
            fi
            mount -t tmpfs -o mode=1777 tmpfs /run
            case "$resolv" in
              /run/*) mkdir -p "${resolv%/*}"; printf '%s\\n' "$names" > "$resolv" ;;
            esac
            unshare -U --map-user="$uid" --map-group="$gid" -- "$@" &
            child=$!
            trap 'kill -TERM $child 2>/dev/null || :' TERM INT
            code=0
            wait $child || code=$?
            while kill -0 $child 2>/dev/null; do code=0; wait $child || code=$?; done
            exit $code
            """;

    /// An application: one user namespace deeper, so that it can neither change the pod's rules nor
    /// mark its sockets, in a PID namespace that ends with it.
    public List<String> application(List<String> program) {
        List<String> command = inNetwork(pod);
        command.addAll(List.of("unshare", "-m", "-p", "-f", "--kill-child", "--mount-proc", "--"));
        command.addAll(List.of("sh", "-e", "-c", SCRIPT, "sh"));
        command.add(pod.files().toString());
        command.add(hidden.toString());
        command.add(Integer.toString(uid));
        command.add(Integer.toString(gid));
        command.addAll(program);
        return List.copyOf(command);
    }

    /// A sidecar in a process of its own: it keeps the right to mark its sockets. Its /dev/shm is
    /// its own: a file another user left there stops Envoy.
    public List<String> sidecar(List<String> program) {
        List<String> command = inNetwork(pod);
        command.addAll(List.of("unshare", "-m", "--"));
        command.addAll(
                List.of(
                        "sh",
                        "-e",
                        "-c",
                        "if test -d /dev/shm; then mount -t tmpfs tmpfs /dev/shm; fi; exec \"$@\"",
                        "sh"));
        command.addAll(program);
        return List.copyOf(command);
    }

    /// A sidecar's JVM with its application below it, in a PID namespace that ends with the JVM:
    /// however it dies, nothing of the application survives it.
    public static List<String> ownSidecar(Pod pod, List<String> program) {
        List<String> command = inNetwork(pod);
        command.addAll(List.of("unshare", "-m", "-p", "-f", "--kill-child", "--mount-proc", "--"));
        command.addAll(program);
        return List.copyOf(command);
    }

    private static List<String> inNetwork(Pod pod) {
        return new ArrayList<>(List.of("nsenter", "--net=" + pod.netns().path(), "--"));
    }
}
