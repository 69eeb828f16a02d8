package io.meltemi.server;

import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.model.snapshot.KeySnapshot;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.model.snapshot.RootSnapshot;
import io.meltemi.model.snapshot.ServiceSnapshot;
import java.util.function.Consumer;

/// Puts the newest configuration, services, keys of issuers and roots together. Thread-safe.
final class MeshAssembly {
    private final MeshSettings settings;
    private final Consumer<MeshSnapshot> publish;

    /// Guarded by this.
    private MeshSnapshot newest;

    /// @param publish called for each change, in order, under this lock: hand over, do not work
    MeshAssembly(MeshSettings settings, Consumer<MeshSnapshot> publish) {
        this.settings = settings;
        this.newest = new MeshSnapshot(settings, ConfigSnapshot.EMPTY, ServiceSnapshot.EMPTY);
        this.publish = publish;
    }

    synchronized void config(ConfigSnapshot config) {
        newest = with(config);
        publish.accept(newest);
    }

    synchronized void services(ServiceSnapshot services) {
        newest =
                new MeshSnapshot(
                        settings, newest.config(), services, newest.keys(), newest.roots());
        publish.accept(newest);
    }

    synchronized void keys(KeySnapshot keys) {
        newest =
                new MeshSnapshot(
                        settings, newest.config(), newest.services(), keys, newest.roots());
        publish.accept(newest);
    }

    synchronized void roots(RootSnapshot roots) {
        newest =
                new MeshSnapshot(
                        settings, newest.config(), newest.services(), newest.keys(), roots);
        publish.accept(newest);
    }

    /// What the mesh would be with another configuration.
    synchronized MeshSnapshot with(ConfigSnapshot config) {
        return new MeshSnapshot(settings, config, newest.services(), newest.keys(), newest.roots());
    }

    synchronized MeshSnapshot newest() {
        return newest;
    }
}
