package io.meltemi.proxy.decide.rbac;

import java.net.InetAddress;
import java.util.Arrays;

/// A block of addresses. Immutable.
public final class CidrRange {
    private final byte[] prefix;
    private final int length;

    /// @param length in bits; more than the address has are all of them, as in Envoy
    public CidrRange(InetAddress address, int length) {
        prefix = address.getAddress();
        this.length = Math.min(length, prefix.length * 8);
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        int whole = length / 8;
        if (!Arrays.equals(bytes, 0, whole, prefix, 0, whole)) {
            return false;
        }
        int rest = length % 8;
        return rest == 0 || ((bytes[whole] ^ prefix[whole]) & (0xFF << (8 - rest)) & 0xFF) == 0;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(prefix).getHostAddress() + "/" + length;
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e); // the length came from an address
        }
    }
}
