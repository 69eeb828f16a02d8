package io.meltemi.proxy.dns;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the system says of names: `/etc/resolv.conf` and `/etc/hosts`. Immutable.
///
/// @param servers in the order they are asked
/// @param search domains that short names are tried in
/// @param dots with fewer dots a name counts as short
record SystemServers(List<InetSocketAddress> servers, List<String> search, int dots) {
    private static final int PORT = 53;
    private static final int MOST_DOTS = 15;

    SystemServers {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
    }

    /// As it is now; empty when it cannot be read.
    static SystemServers read() {
        return of(lines(Path.of("/etc/resolv.conf")));
    }

    static SystemServers of(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        List<String> search = new ArrayList<>();
        int dots = 1;
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            switch (words[0]) {
                case "nameserver" -> {
                    InetAddress address = words.length > 1 ? literal(words[1]) : null;
                    if (address != null) {
                        servers.add(new InetSocketAddress(address, PORT));
                    }
                }
                case "search", "domain" -> {
                    search.clear();
                    search.addAll(List.of(words).subList(1, words.length));
                }
                case "options" -> {
                    for (String word : words) {
                        if (word.matches("ndots:\\d{1,2}")) {
                            dots = Math.min(MOST_DOTS, Integer.parseInt(word.substring(6)));
                        }
                    }
                }
                default -> {}
            }
        }
        return new SystemServers(servers, search, dots);
    }

    /// The names to ask for, one after the other until one has addresses.
    List<String> candidates(String host) {
        if (host.endsWith(".")) {
            return List.of(host);
        }
        List<String> all = new ArrayList<>();
        search.forEach(domain -> all.add(host + '.' + domain));
        boolean isShort = host.chars().filter(c -> c == '.').count() < dots;
        all.add(isShort ? all.size() : 0, host);
        return all;
    }

    /// What `/etc/hosts` has for a name.
    static List<InetAddress> hosts(String host) {
        return hosts(host, lines(Path.of("/etc/hosts")));
    }

    static List<InetAddress> hosts(String host, List<String> lines) {
        String wanted = host.toLowerCase(Locale.ROOT);
        List<InetAddress> found = new ArrayList<>();
        for (String line : lines) {
            String[] words = line.split("#", 2)[0].strip().toLowerCase(Locale.ROOT).split("\\s+");
            InetAddress address = literal(words[0]);
            if (address != null && List.of(words).subList(1, words.length).contains(wanted)) {
                found.add(address);
            }
        }
        return found;
    }

    static @Nullable InetAddress literal(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (IOException _) {
            return null;
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException _) {
            return List.of();
        }
    }
}
