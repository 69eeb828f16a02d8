package io.meltemi.registry.catalog;

import io.meltemi.model.service.Hostname;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/// Gives every service an address of 240.240.0.0/16 that no machine has: callers connect to it and
/// the sidecar finds the service behind it. Guarded by its owner.
///
/// Derived from the name, so that it is the same after a restart and on every replica, as long as
/// two names do not meet; Istio allocates its own in the same range.
final class VirtualAddresses {
    private static final int SIZE = 65_536;

    private final Map<Hostname, Integer> slots = new HashMap<>();
    private final Map<Integer, Hostname> owners = new HashMap<>();

    /// The address of a service.
    ///
    /// @throws IllegalStateException when there are more than 65,000 services
    String of(Hostname hostname) {
        int slot = slots.computeIfAbsent(hostname, this::allocate);
        return "240.240." + (slot >> 8) + "." + (slot & 255);
    }

    /// The name is gone: its address may be given to another.
    void release(Hostname hostname) {
        Integer slot = slots.remove(hostname);
        if (slot != null) {
            owners.remove(slot);
        }
    }

    private int allocate(Hostname hostname) {
        if (owners.size() >= SIZE - 512) {
            throw new IllegalStateException("no virtual address is left for " + hostname);
        }
        CRC32 crc = new CRC32();
        crc.update(hostname.value().getBytes(StandardCharsets.UTF_8));
        int slot = (int) (crc.getValue() % SIZE);
        // .0 and .255 look like network and broadcast addresses to people and to some programs.
        while (owners.containsKey(slot) || (slot & 255) == 0 || (slot & 255) == 255) {
            slot = (slot + 1) % SIZE;
        }
        owners.put(slot, hostname);
        return slot;
    }
}
