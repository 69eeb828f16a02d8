package io.meltemi.agent.intercept;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Makes and deletes pods. Thread-safe: the kernel serialises what matters, addresses are guarded.
///
/// All pods of one call are made by one shell script: a fork from a JVM costs ten times one from a
/// shell, and two pods should stand within 70 ms.
public final class PodFactory {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Nftables rules;
    private final PodAddresses addresses = new PodAddresses();

    /// @param network asked for so that nobody makes pods before the bridge is there
    public PodFactory(NodeNetwork network, Nftables rules) {
        this.rules = rules;
    }

    /// What a pod is to be.
    ///
    /// @param name a DNS label
    /// @param namespace whose short names its programs may use
    /// @param redirected whether its traffic is led through a sidecar; a gateway listens itself
    public record PodRequest(String name, String namespace, boolean redirected) {
        public PodRequest {
            Pod.requireLabel(name);
            Pod.requireLabel(namespace);
        }

        /// A pod for an application.
        public PodRequest(String name, String namespace) {
            this(name, namespace, true);
        }
    }

    /// Makes one pod.
    public Pod create(PodRequest request) throws IOException {
        return create(List.of(request)).getFirst();
    }

    /// Makes several pods, or none.
    ///
    /// @return in the order asked for
    /// @throws IOException naming the step that failed
    public List<Pod> create(List<PodRequest> requests) throws IOException {
        List<Pod> pods = new ArrayList<>();
        for (PodRequest request : requests) {
            pods.add(pod(request.name()));
        }
        try {
            for (int i = 0; i < pods.size(); i++) {
                writeFiles(pods.get(i), requests.get(i).namespace());
            }
            List<String> scripts =
                    requests.stream().map(r -> r.redirected() ? rules.script() : "").toList();
            Commands.shell("making pods", script(pods, scripts), LIMIT);
            return pods;
        } catch (IOException e) {
            for (Pod pod : pods) {
                discard(pod, e);
            }
            throw e;
        }
    }

    private Pod pod(String name) {
        Inet4Address address = addresses.take();
        byte[] octets = address.getAddress();
        // Interface names end at 15 characters: the address is shorter than the name may be.
        String link = "m" + (octets[2] & 0xff) + "." + (octets[3] & 0xff);
        return new Pod(name, address, Netns.named(name), link, NodeNetwork.PODS.resolve(name));
    }

    private void discard(Pod pod, IOException because) {
        try {
            delete(pod);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    private static void writeFiles(Pod pod, String namespace) throws IOException {
        if (Files.exists(pod.netns().path())) {
            throw new IOException("a pod named '" + pod.name() + "' is there already");
        }
        Files.createDirectories(pod.files());
        // The server's address does not matter (port 53 is redirected), but it must have a route.
        Files.writeString(
                pod.files().resolve("resolv.conf"),
                "nameserver 127.0.0.1\nsearch "
                        + namespace
                        + ".svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n");
        Files.writeString(
                pod.files().resolve("hosts"),
                "127.0.0.1 localhost\n" + pod.address().getHostAddress() + " " + pod.name() + "\n");
        Files.writeString(
                pod.files().resolve("nsswitch.conf"),
                "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n");
    }

    /// The whole making as text, so that it can be read and tested without a kernel.
    static String script(List<Pod> pods, List<String> rules) {
        StringBuilder script = new StringBuilder("ip -batch - <<'END'\n");
        for (Pod pod : pods) {
            script.append("netns add ").append(pod.name()).append('\n');
        }
        for (Pod pod : pods) {
            script.append("link add ").append(pod.link());
            script.append(" type veth peer name eth0 netns ").append(pod.name()).append('\n');
            script.append("link set ").append(pod.link());
            script.append(" master ").append(NodeNetwork.BRIDGE).append(" up\n");
        }
        script.append("END\n");
        for (int i = 0; i < pods.size(); i++) {
            script.append(inside(pods.get(i), rules.get(i)));
        }
        return script.toString();
    }

    /// Without the default route no packet to a service's virtual address would reach a rule. IPv6
    /// is on in a new namespace, and rules of the `ip` family do not see it.
    private static String inside(Pod pod, String rules) {
        return """
        nsenter --net=%1$s sh -e <<'POD'
        echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 || test ! -e /proc/sys/net/ipv6
        echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
        ip -batch - <<'END'
        link set lo up
        address add %2$s/%3$d dev eth0
        link set eth0 up
        route add default via %4$s dev eth0
        END
        nft -f - <<'END'
        %5$sEND
        POD
        """
                .formatted(
                        pod.netns().path(),
                        pod.address().getHostAddress(),
                        PodAddresses.PREFIX_LENGTH,
                        NodeNetwork.ADDRESS.getHostAddress(),
                        rules);
    }

    /// Removes a pod. Its programs must have ended: the namespace lives as long as one of them
    /// does.
    public void delete(Pod pod) throws IOException {
        try {
            // The link first: peers then learn at once, not when the last socket of the pod is
            // gone.
            Commands.shell(
                    "deleting pod " + pod.name(),
                    "ip link delete %s 2>/dev/null || :\nip netns delete %s 2>/dev/null || :\n"
                            .formatted(pod.link(), pod.name()),
                    LIMIT);
            deleteFolder(pod.files());
        } finally {
            addresses.giveBack(pod.address());
        }
    }

    private static void deleteFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
