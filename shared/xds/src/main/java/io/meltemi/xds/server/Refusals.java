package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.XdsResource;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The resources of one type that the proxy refused and has had nothing better for, with what it
/// keeps in their place. Confined to its session.
final class Refusals {
    /// One byte says how long a text is in protobuf's encoding, if it is shorter than this.
    private static final int ONE_BYTE = 0x80;

    private static final int SEVEN_BITS = 7;

    private final Map<String, Kept> byName = new HashMap<>();

    /// What was refused last.
    private final Map<String, String> versions = new HashMap<>();

    /// What the proxy has instead of a resource it refused.
    private sealed interface Kept {
        record Nothing() implements Kept {}

        record Earlier(XdsResource resource) implements Kept {}

        /// It brought some version from an earlier stream.
        record Unknown() implements Kept {}
    }

    /// @param version of what it refuses
    /// @param isNew whether the proxy never had it
    /// @param earlier what it had in its place, if this stream sent it
    void add(String name, String version, boolean isNew, @Nullable XdsResource earlier) {
        Kept kept =
                isNew
                        ? new Kept.Nothing()
                        : earlier == null ? new Kept.Unknown() : new Kept.Earlier(earlier);
        byName.putIfAbsent(name, kept);
        versions.put(name, version);
    }

    void taken(List<XdsResource> resources) {
        if (!byName.isEmpty()) {
            for (XdsResource resource : resources) {
                byName.remove(resource.name());
                versions.remove(resource.name());
            }
        }
    }

    /// Forgets what the proxy should not have any more.
    void retain(Collection<String> names) {
        byName.keySet().retainAll(names);
        versions.keySet().retainAll(names);
    }

    /// The version that was refused last, by name.
    Map<String, String> versions() {
        return versions;
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    /// Whether something the proxy keeps may refer to a cluster.
    boolean holdOn(String cluster) {
        for (Kept kept : byName.values()) {
            boolean holds =
                    switch (kept) {
                        case Kept.Nothing _ -> false;
                        case Kept.Earlier earlier -> names(earlier.resource(), cluster);
                        case Kept.Unknown _ -> true;
                    };
            if (holds) {
                return true;
            }
        }
        return false;
    }

    /// Whether the name stands in a resource, anywhere: listeners and routes have many places for
    /// it, and each encodes it as its length and its letters.
    private static boolean names(XdsResource resource, String cluster) {
        byte[] name = cluster.getBytes(StandardCharsets.UTF_8);
        String text = new String(name, StandardCharsets.ISO_8859_1);
        String length =
                name.length < ONE_BYTE
                        ? Character.toString(name.length)
                        : Character.toString(name.length % ONE_BYTE + ONE_BYTE)
                                + (char) (name.length >> SEVEN_BITS);
        return resource.body()
                .getValue()
                .toString(StandardCharsets.ISO_8859_1)
                .contains(length + text);
    }
}
