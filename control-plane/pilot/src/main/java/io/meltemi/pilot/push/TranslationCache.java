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
    private Map<Object, XdsResource> current = new HashMap<>();
    private Map<Object, XdsResource> previous = new HashMap<>();
    private long translations;

    /// The resource for an input, translated only if the input is new.
    <I> XdsResource resource(
            ResourceType type, String name, I input, Function<I, ? extends Message> translation) {
        XdsResource known = current.get(input);
        if (known == null) {
            known = previous.get(input);
            if (known == null) {
                known = XdsResource.of(type, name, translation.apply(input));
                translations++;
            }
            current.put(input, known);
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
