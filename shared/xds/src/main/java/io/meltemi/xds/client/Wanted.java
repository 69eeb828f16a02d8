package io.meltemi.xds.client;

import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the client wants of one type, what it took, and what it still has to say of it. Confined to
/// its client.
final class Wanted {
    private static final String WILDCARD = "*";

    private final ResourceType type;
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, String> versions = new HashMap<>();
    private final Set<String> toSubscribe = new LinkedHashSet<>();
    private final Set<String> toUnsubscribe = new LinkedHashSet<>();
    private String worldVersion = "";

    Wanted(ResourceType type) {
        this.type = type;
    }

    ResourceType type() {
        return type;
    }

    void subscribeAll() {
        subscribe(List.of(WILDCARD));
    }

    void subscribe(Collection<String> added) {
        for (String name : added) {
            if (names.add(name) && !toUnsubscribe.remove(name)) {
                toSubscribe.add(name);
            }
        }
    }

    void unsubscribe(Collection<String> gone) {
        for (String name : gone) {
            if (names.remove(name)) {
                if (!toSubscribe.remove(name)) {
                    toUnsubscribe.add(name);
                }
                if (name.equals(WILDCARD)) {
                    versions.keySet().retainAll(names);
                } else if (!names.contains(WILDCARD) || type == ResourceType.VIRTUAL_HOST) {
                    // A host that is asked for again is wanted again, whatever came before.
                    versions.remove(name);
                }
            }
        }
    }

    boolean wants(String name) {
        return names.contains(name) || names.contains(WILDCARD);
    }

    /// Remembers what was taken of a response, so that it need not be sent again.
    void took(List<XdsResource> changed, List<String> removed, List<ResourceProblem> refused) {
        Set<String> bad = new HashSet<>();
        refused.forEach(problem -> bad.add(problem.name()));
        for (XdsResource resource : changed) {
            if (!resource.exists()) {
                versions.remove(resource.name());
            } else if (!bad.contains(resource.name())) {
                versions.put(resource.name(), resource.version());
            }
        }
        if (refused.isEmpty() || !type.isTakenWhole()) {
            removed.forEach(versions::remove);
        }
    }

    boolean hasNews() {
        return !toSubscribe.isEmpty() || !toUnsubscribe.isEmpty();
    }

    /// The control plane knows now what is wanted.
    void told() {
        toSubscribe.clear();
        toUnsubscribe.clear();
    }

    boolean isWanted() {
        return !names.isEmpty();
    }

    boolean wantsAll() {
        return names.contains(WILDCARD);
    }

    Set<String> names() {
        return names;
    }

    /// What was taken, by name: the versions that a new stream begins with.
    Map<String, String> versions() {
        return versions;
    }

    Set<String> toSubscribe() {
        return toSubscribe;
    }

    Set<String> toUnsubscribe() {
        return toUnsubscribe;
    }

    /// The version of the last response of which all was taken.
    String worldVersion() {
        return worldVersion;
    }

    void tookWorld(String version) {
        worldVersion = version;
    }
}
