package io.meltemi.pilot.push;

import com.google.protobuf.Message;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// Keeps translated resources by their inputs, so that a change costs what it changes. Confined to
/// Pilot's lock.
///
/// Bounded by what is in use: a resource that no proxy's snapshot holds any more is forgotten, at
/// some time. What is held need not be asked for, so that a push may leave out what stays.
final class TranslationCache {
    private final Map<Key, Kept> resources = new HashMap<>();
    private final ReferenceQueue<XdsResource> unused = new ReferenceQueue<>();
    private final Work work;

    TranslationCache(Work work) {
        this.work = work;
    }

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

    /// Inherits from the JDK's reference, which is how it is told what became of it.
    private static final class Kept extends WeakReference<XdsResource> {
        private final Key key;

        Kept(Key key, XdsResource resource, ReferenceQueue<XdsResource> unused) {
            super(resource, unused);
            this.key = key;
        }
    }

    /// The resource for an input, translated only if the input is new.
    <I> XdsResource resource(
            ResourceType type, String name, I input, Function<I, ? extends Message> translation) {
        Key key = new Key(input);
        Kept kept = resources.get(key);
        XdsResource known = kept == null ? null : kept.get();
        if (known == null) {
            known = XdsResource.of(type, name, translation.apply(input));
            work.count(Work.Step.RESOURCE);
            resources.put(key, new Kept(key, known, unused));
        }
        return known;
    }

    /// Ends a push: forgets what nobody holds any more.
    void forgetUnused() {
        for (Reference<?> gone = unused.poll(); gone != null; gone = unused.poll()) {
            if (gone instanceof Kept kept) {
                resources.remove(kept.key, kept);
            }
        }
    }
}
