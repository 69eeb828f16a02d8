package io.meltemi.pilot.scope;

import io.meltemi.model.service.Service;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;

/// Addresses for written services that have none, so that their names can be looked up and
/// connections to them told apart. Confined to one snapshot's making.
///
/// Istio: of 240.240.0.0/16, which no machine has. Each comes from the service's name and
/// namespace, so that it stays the same whatever else is written; only where two meet does the one
/// that is asked for later go to the next free address.
final class ChosenAddresses {
    private static final int SIZE = 65_536;

    /// Without those that look like a network's own.
    private static final int MOST = SIZE - 512;

    private final Set<String> taken = new HashSet<>();
    private int chosen;

    /// Keeps an address for somebody else.
    void take(String address) {
        taken.add(address);
    }

    /// @throws IllegalStateException when there are more than 65,000
    String choose(Service service) {
        if (++chosen > MOST) {
            throw new IllegalStateException("no address is left for " + service.hostname());
        }
        CRC32 crc = new CRC32();
        crc.update(
                (service.namespace() + "/" + service.hostname()).getBytes(StandardCharsets.UTF_8));
        int slot = (int) (crc.getValue() % SIZE);
        while ((slot & 255) == 0 || (slot & 255) == 255 || !taken.add(text(slot))) {
            slot = (slot + 1) % SIZE;
        }
        return text(slot);
    }

    private static String text(int slot) {
        return "240.240." + (slot >> 8) + "." + (slot & 255);
    }
}
