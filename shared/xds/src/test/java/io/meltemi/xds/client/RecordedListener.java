package io.meltemi.xds.client;

import io.grpc.Status;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Remembers what came as lines like `CLUSTER [a] -[b] version`, and refuses what a test says.
/// Thread-safe.
final class RecordedListener implements ResourceListener {
    /// Guarded by this.
    private final List<String> lines = new ArrayList<>();

    /// Guarded by this.
    private final Map<String, String> refusals = new LinkedHashMap<>();

    /// Guarded by this.
    private Optional<RuntimeException> failure = Optional.empty();

    /// Guarded by this.
    private Runnable onCluster = () -> {};

    synchronized void refuse(String name, String message) {
        refusals.put(name, message);
    }

    /// Throws at the next response.
    synchronized void fail(RuntimeException next) {
        failure = Optional.of(next);
    }

    /// Runs at each response with clusters.
    synchronized void onCluster(Runnable action) {
        onCluster = action;
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public synchronized List<ResourceProblem> onResources(
            ResourceType type,
            List<XdsResource> changed,
            List<String> removed,
            String systemVersion) {
        if (failure.isPresent()) {
            RuntimeException thrown = failure.get();
            failure = Optional.empty();
            throw thrown;
        }
        List<String> names = changed.stream().map(XdsResource::name).toList();
        lines.add(type + " " + names + " -" + removed + " " + systemVersion);
        if (type == ResourceType.CLUSTER) {
            onCluster.run();
        }
        return names.stream()
                .filter(refusals::containsKey)
                .map(name -> new ResourceProblem(name, refusals.getOrDefault(name, "")))
                .toList();
    }

    @Override
    public synchronized void onConnected() {
        lines.add("connected");
    }

    @Override
    public synchronized void onDisconnected(Status cause) {
        lines.add("disconnected " + cause.getCode());
    }
}
