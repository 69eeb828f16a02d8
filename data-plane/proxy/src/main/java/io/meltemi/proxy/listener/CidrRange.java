package io.meltemi.proxy.listener;

import java.net.InetAddress;

/// Addresses with a common prefix. Immutable.
///
/// @param bits how many bits of the address count
public record CidrRange(InetAddress address, int bits) {
    public CidrRange {
        if (bits < 0 || bits > address.getAddress().length * 8) {
            throw new IllegalArgumentException(
                    address.getHostAddress() + "/" + bits + " is not a range");
        }
    }

    /// Whether an address is in the range; never across IPv4 and IPv6.
    public boolean contains(InetAddress other) {
        byte[] a = address.getAddress();
        byte[] b = other.getAddress();
        if (a.length != b.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (a[i] != b[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((a[whole] ^ b[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }
}
