package io.meltemi.server.configuration;

import io.meltemi.base.lifetime.Parts;
import io.meltemi.galley.ConfigWriter;
import io.meltemi.galley.Galley;
import io.meltemi.galley.objects.EmbeddedStore;
import io.meltemi.galley.objects.StoreSource;
import io.meltemi.galley.source.ConfigSource;
import io.meltemi.galley.source.DirectorySource;
import io.meltemi.galley.store.Publication;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.ConfigSnapshot;
import io.meltemi.server.ControlPlaneSettings;
import io.meltemi.server.status.ProxyBoard;
import io.meltemi.xds.snapshot.XdsSnapshot;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Galley with its sources: folders, a store, and what a cluster has. Thread-safe.
public final class ConfigurationPart implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationPart.class);

    private final Parts parts = new Parts(ConfigurationPart::notClosed);
    private final Galley galley;
    private final Optional<ConfigWriter> writer;
    private final Optional<EmbeddedStore> store;

    /// @param more sources beside folders and store
    /// @param consumer is called with every state, and has been called once when this returns
    /// @param translated what is found when a configuration is translated
    /// @throws IOException when the store cannot be opened
    public ConfigurationPart(
            ControlPlaneSettings settings,
            List<ConfigSource> more,
            Consumer<Publication> consumer,
            Function<ConfigSnapshot, List<Diagnostic>> translated)
            throws IOException {
        List<ConfigSource> sources = new ArrayList<>(more);
        if (!settings.configFolders().isEmpty()) {
            sources.add(new DirectorySource(settings.configFolders()));
        }
        Optional<EmbeddedStore> kept =
                settings.store().isPresent()
                        ? Optional.of(
                                parts.add(
                                        EmbeddedStore.open(
                                                settings.store().get(), Clock.systemUTC())))
                        : Optional.empty();
        Optional<StoreSource> source = kept.map(StoreSource::new);
        source.ifPresent(sources::add);
        Galley opened;
        try {
            opened = Galley.open(sources, settings.mesh(), consumer);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
        store = kept;
        galley = parts.add(opened);
        writer = source.map(s -> new ConfigWriter(opened, kept.orElseThrow(), s, translated));
    }

    /// What the owner asks and orders.
    ///
    /// @param given what each stream was given last
    public ConfigurationAdapter adapter(
            ProxyBoard proxies, LongFunction<Optional<XdsSnapshot>> given) {
        return new ConfigurationAdapter(
                writer, new ResourceList(galley, store), proxies, new ProxyConfig(proxies, given));
    }

    private static void notClosed(AutoCloseable part, Exception e) {
        LOG.warn("{} did not close: {}", part.getClass().getSimpleName(), e.toString());
    }

    @Override
    public void close() {
        parts.close();
    }
}
