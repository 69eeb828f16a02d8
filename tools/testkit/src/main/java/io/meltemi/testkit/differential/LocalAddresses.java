package io.meltemi.testkit.differential;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The addresses of this machine. Thread-safe: immutable.
///
/// Envoy names a client on its own machine by an address of the machine, ours by 127.0.0.1, which
/// it is; expectations must hold on any machine.
final class LocalAddresses {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern OWN = own();

    private LocalAddresses() {}

    private static Pattern own() {
        try {
            Set<String> addresses =
                    NetworkInterface.networkInterfaces()
                            .flatMap(NetworkInterface::inetAddresses)
                            .filter(address -> !address.isLoopbackAddress())
                            .map(InetAddress::getHostAddress)
                            .map(text -> text.replaceAll("%.*", ""))
                            .collect(Collectors.toCollection(TreeSet::new));
            String any = addresses.stream().map(Pattern::quote).collect(Collectors.joining("|"));
            return Pattern.compile("(?<![0-9a-f.:])(?:" + any + ")(?![0-9a-f.:])");
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The text with each of them as 127.0.0.1.
    static String asLoopback(String text) {
        return OWN.pattern().contains("(?:)")
                ? text
                : OWN.matcher(text).replaceAll(Matcher.quoteReplacement(LOOPBACK));
    }
}
