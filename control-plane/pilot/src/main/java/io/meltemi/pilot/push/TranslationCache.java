package io.meltemi.pilot.push;

import com.google.protobuf.Message;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// Keeps translated resources by their inputs, so that a change costs what it changes. Confined to
/// Pilot's lock.
///
/// Bounded by what the mesh needs: an input that was not asked for during one whole push is
/// forgotten.
final class TranslationCache {
    private Map<Key, XdsResource> current = new HashMap<>();
    private Map<Key, XdsResource> previous = new HashMap<>();
    private long translations;

    /// An input whose hash is computed once: it goes through all that the input is made of.
    private record Key(Object input, int hash) {
        Key(Object input) {
            this(input, input.hashCode());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key(Object that, int itsHash)
                    && hash == itsHash
                    && input.equals(that);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /// The resource for an input, translated only if the input is new.
    <I> XdsResource resource(
            ResourceType type, String name, I input, Function<I, ? extends Message> translation) {
        Key key = new Key(input);
        XdsResource known = current.get(key);
        if (known == null) {
            known = previous.get(key);
            if (known == null) {
                known = XdsResource.of(type, name, translation.apply(input));
                translations++;
            }
            current.put(key, known);
        }
        return known;
    }

    /// Ends a push.
    void rotate() {
        previous = current;
        current = new HashMap<>(previous.size() * 2);
    }

    /// How many resources were translated since the start.
    long translations() {
        return translations;
    }
}
