package io.meltemi.agent.intercept;

import java.net.Inet4Address;
import java.util.BitSet;

/// Hands out the addresses of the bridge's network, 10.77.0.2 to 10.77.255.254. Thread-safe:
/// guarded by this.
///
/// An address given back is the last to be handed out again: peers may still hold connections and
/// endpoints of its former owner.
final class PodAddresses {
    static final int NETWORK = (10 << 24) | (77 << 16);
    static final int PREFIX_LENGTH = 16;
    private static final int FIRST = 2;
    private static final int LAST = 0xfffe;

    private final BitSet taken = new BitSet();
    private int last = FIRST - 1;

    synchronized Inet4Address take() {
        for (int tried = FIRST; tried <= LAST; tried++) {
            last = last == LAST ? FIRST : last + 1;
            if (!taken.get(last)) {
                taken.set(last);
                return Pod.address(NETWORK | last);
            }
        }
        throw new IllegalStateException("all " + (LAST - FIRST + 1) + " pod addresses are taken");
    }

    synchronized void giveBack(Inet4Address address) {
        byte[] octets = address.getAddress();
        taken.clear(((octets[2] & 0xff) << 8) | (octets[3] & 0xff));
    }
}
