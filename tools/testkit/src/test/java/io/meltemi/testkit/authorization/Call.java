package io.meltemi.testkit.authorization;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A request with everything that a policy may look at. Immutable.
///
/// Attributes by name: `principal` (names in the caller's certificate, one a line), `source.ip`,
/// `destination.ip`, `destination.port`, `sni`, `remote.ip`, `method`, `host`, `path`,
/// `header:NAME`, `claim:NAME` (a list where it has lines, nested where the name has dots) and
/// `note:FILTER/KEY` (what an earlier filter left). What is missing is not sent.
record Call(Map<String, String> attributes) {
    /// Those of a connection: calls that share them share it.
    private static final Set<String> OF_CONNECTION =
            Set.of("principal", "source.ip", "destination.ip", "destination.port", "sni");

    /// Nothing that a policy would ask for.
    static final Call PLAIN =
            new Call(
                    Map.of(
                            "source.ip",
                            "127.0.0.1",
                            "destination.ip",
                            "192.0.2.2",
                            "destination.port",
                            "7",
                            "method",
                            "GET",
                            "host",
                            "plain.example",
                            "path",
                            "/plain"));

    Call {
        attributes = new TreeMap<>(attributes);
    }

    /// @param change attributes by name; an empty text takes one away
    Call with(Map<String, String> change) {
        Map<String, String> changed = new TreeMap<>(attributes);
        change.forEach((name, value) -> {
            if (value.isEmpty()) {
                changed.remove(name);
            } else {
                changed.put(name, value);
            }
        });
        return new Call(changed);
    }

    String get(String name) {
        return attributes.getOrDefault(name, "");
    }

    /// The attributes of its connection alone.
    Call connection() {
        Map<String, String> kept = new TreeMap<>(attributes);
        kept.keySet().retainAll(OF_CONNECTION);
        return new Call(kept);
    }

    /// Attributes whose names begin so, by the rest of their names.
    Map<String, String> group(String prefix) {
        Map<String, String> group = new TreeMap<>();
        attributes.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                group.put(name.substring(prefix.length()), value);
            }
        });
        return group;
    }
}
