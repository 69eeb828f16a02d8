package io.meltemi.pilot;

import io.meltemi.xds.snapshot.XdsSnapshot;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// What each stream was given last, for people who ask. Thread-safe.
final class GivenSnapshots {
    private final Map<Long, Given> byStream = new ConcurrentHashMap<>();

    /// A stream's; what comes after its end is kept by nobody.
    private static final class Given {
        private volatile Optional<XdsSnapshot> last = Optional.empty();
    }

    /// Notes what the stream is given before it is given it.
    Consumer<XdsSnapshot> noting(long stream, Consumer<XdsSnapshot> next) {
        Given given = byStream.computeIfAbsent(stream, _ -> new Given());
        return snapshot -> {
            given.last = Optional.of(snapshot);
            next.accept(snapshot);
        };
    }

    void forget(long stream) {
        byStream.remove(stream);
    }

    Optional<XdsSnapshot> of(long stream) {
        return Optional.ofNullable(byStream.get(stream)).flatMap(given -> given.last);
    }
}
