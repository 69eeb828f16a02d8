package io.meltemi.agent.intercept;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;

/// One network namespace with an address of its own, and the files its programs are shown.
/// Immutable.
///
/// @param name a DNS label, unique on this machine
/// @param link the name of the host's end of its veth pair
/// @param files a folder with `resolv.conf`, `hosts`, `nsswitch.conf` and the sidecar's sockets
public record Pod(String name, Inet4Address address, Netns netns, String link, Path files) {
    private static final int LABEL_LIMIT = 63;

    public Pod {
        requireLabel(name);
    }

    /// Names go into shell scripts and file names: nothing but a DNS label may pass.
    static void requireLabel(String name) {
        boolean label =
                !name.isEmpty()
                        && name.length() <= LABEL_LIMIT
                        && name.charAt(0) != '-'
                        && name.chars()
                                .allMatch(c ->
                                        (c >= 'a' && c <= 'z')
                                                || (c >= '0' && c <= '9')
                                                || c == '-');
        if (!label) {
            throw new IllegalArgumentException(
                    "pod name '"
                            + name
                            + "' must be 1 to 63 of a-z, 0-9 and '-', not starting with '-'");
        }
    }

    static Inet4Address address(int bits) {
        byte[] octets = {
            (byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits
        };
        try {
            return (Inet4Address) InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four octets are an address", e);
        }
    }
}
