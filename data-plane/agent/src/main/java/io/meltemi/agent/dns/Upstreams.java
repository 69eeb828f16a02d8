package io.meltemi.agent.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The resolvers of the host. Immutable.
public record Upstreams(List<InetSocketAddress> servers) {
    public static final Upstreams NONE = new Upstreams(List.of());

    private static final int DNS_PORT = 53;

    /// glibc reads three as well.
    private static final int LIMIT = 3;

    public Upstreams {
        servers = List.copyOf(servers);
    }

    /// Reads `nameserver` lines; a missing file means none. IPv6 resolvers are left out: pods have
    /// no IPv6.
    public static Upstreams of(Path resolvConf) throws IOException {
        if (!Files.isReadable(resolvConf)) {
            return NONE;
        }
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String line : Files.readAllLines(resolvConf)) {
            String[] words = line.strip().split("\\s+", -1);
            boolean taken =
                    words.length >= 2
                            && words[0].equals("nameserver")
                            && isIpv4(words[1])
                            && servers.size() < LIMIT;
            if (taken) {
                servers.add(new InetSocketAddress(InetAddress.ofLiteral(words[1]), DNS_PORT));
            }
        }
        return new Upstreams(servers);
    }

    private static boolean isIpv4(String text) {
        return text.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
