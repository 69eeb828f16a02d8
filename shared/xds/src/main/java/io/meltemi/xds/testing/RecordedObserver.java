package io.meltemi.xds.testing;

import io.meltemi.xds.server.AdsObserver;
import io.meltemi.xds.server.XdsPeer;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Remembers what proxies said, as lines like `ack CLUSTER 2`. Thread-safe.
public final class RecordedObserver implements AdsObserver {
    /// Guarded by this.
    private final List<String> lines = new ArrayList<>();

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    /// All lines so far.
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /// Waits until there is such a line.
    ///
    /// @return the first
    /// @throws AssertionError after ten seconds without
    public String await(Predicate<String> wanted) {
        return Deadline.await(this, "an observed line", () -> find(wanted), this::lines);
    }

    private Optional<String> find(Predicate<String> wanted) {
        return lines.stream().filter(wanted).findFirst();
    }

    @Override
    public void connected(XdsPeer peer) {
        add("connected " + peer.node().getId());
    }

    @Override
    public void sent(XdsPeer peer, ResourceType type, String snapshotVersion, int resources) {
        add("sent " + type + " " + snapshotVersion + " " + resources);
    }

    @Override
    public void acknowledged(XdsPeer peer, ResourceType type, String snapshotVersion) {
        add("ack " + type + " " + snapshotVersion);
    }

    @Override
    public void refused(XdsPeer peer, ResourceType type, String snapshotVersion, String message) {
        add("nack " + type + " " + snapshotVersion + " " + message);
    }

    @Override
    public void settled(XdsPeer peer, String snapshotVersion, List<Refused> refused) {
        StringBuilder line = new StringBuilder("settled ").append(snapshotVersion);
        refused.forEach(
                r -> line.append(" without ").append(r.type()).append(' ').append(r.name()));
        add(line.toString());
    }

    @Override
    public void disconnected(XdsPeer peer) {
        add("disconnected " + peer.node().getId());
    }
}
