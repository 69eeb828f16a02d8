package io.meltemi.xds.server;

import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The resources of one type that left the snapshot while routes of the proxy may still point at
/// them. Confined to its session.
final class Departures {
    /// So many wait at most; what comes after leaves at once. A proxy that takes no routes for so
    /// long has more than one problem.
    private static final int LIMIT = 10_000;

    /// No snapshot's turn: the stream is too young to know what the proxy's routes point at.
    private static final long LATER = Long.MAX_VALUE;

    private final Map<String, Departure> byName = new HashMap<>();

    /// @param turn when the name left; its routes are gone when the proxy took those of that turn
    /// @param last the body as it was, if this stream ever saw it
    private record Departure(long turn, Optional<XdsResource> last) {}

    void add(String name, long turn, Optional<XdsResource> last) {
        if (byName.size() < LIMIT) {
            byName.putIfAbsent(name, new Departure(turn, last));
        }
    }

    /// What an earlier stream left behind: it waits until [#letGo].
    void addLeftBehind(List<String> names) {
        names.forEach(name -> add(name, LATER, Optional.empty()));
    }

    /// The proxy had time to ask for its routes: what was left behind leaves with this turn.
    void letGo(long turn) {
        byName.replaceAll((_, departure) ->
                departure.turn() == LATER ? new Departure(turn, departure.last()) : departure);
    }

    /// Forgets those that came back.
    void returned(Map<String, XdsResource> desired) {
        byName.keySet().removeIf(desired::containsKey);
    }

    void forget(List<String> names) {
        names.forEach(byName::remove);
    }

    /// Whether the name can go, now that routes and listeners of this turn are settled.
    boolean mayGo(String name, long settledTurn) {
        Departure departure = byName.get(name);
        return departure == null || departure.turn() <= settledTurn;
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    /// The bodies of those that do not go now.
    List<XdsResource> staying(List<String> going) {
        List<XdsResource> staying = new ArrayList<>();
        byName.forEach((name, departure) -> {
            if (!going.contains(name)) {
                departure.last().ifPresent(staying::add);
            }
        });
        return staying;
    }
}
