package io.meltemi.galley;

import io.meltemi.galley.analyze.KnownServices;
import io.meltemi.galley.finding.Suppression;
import io.meltemi.galley.source.ConfigSource;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.FolderReader;
import io.meltemi.galley.store.ConfigStore;
import io.meltemi.galley.store.Publication;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.MeshSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Configuration in: sources, decoding, validation, analysis, one snapshot in force. Thread-safe:
/// sources deliver on their own threads, one state is read at a time.
public final class Galley implements AutoCloseable {
    private final List<ConfigSource> sources;
    private final MeshSettings settings;
    private final ConfigStore store = new ConfigStore();

    /// Guarded by this.
    private final Map<ConfigSource, DocumentSet> latest = new LinkedHashMap<>();

    /// Guarded by this.
    private final Readings readings = new Readings();

    /// Guarded by this.
    private final Standings standings = new Standings();

    /// Guarded by this.
    private List<Diagnostic> found = List.of();

    private Galley(List<ConfigSource> sources, MeshSettings settings) {
        this.sources = List.copyOf(sources);
        this.settings = settings;
    }

    /// Reads all sources and follows them. The consumer has been called once when this returns.
    public static Galley open(
            List<ConfigSource> sources, MeshSettings settings, Consumer<Publication> consumer) {
        Galley galley = new Galley(sources, settings);
        galley.store.subscribe(consumer);
        galley.sources.forEach(source -> source.start(set -> galley.take(source, set)));
        galley.takeNone();
        return galley;
    }

    private synchronized void take(ConfigSource source, DocumentSet set) {
        latest.put(source, set);
        // A mesh must not run for a moment on the first of its folders.
        if (latest.size() == sources.size()) {
            offer(List.copyOf(latest.values()));
        }
    }

    private synchronized void takeNone() {
        if (sources.isEmpty()) {
            offer(List.of());
        }
    }

    private synchronized void offer(List<DocumentSet> sets) {
        Checked state = judge(sets);
        store.offer(
                state.resources(),
                state.services(),
                state.mesh(),
                state.diagnostics(),
                state.refusing());
        found = state.diagnostics();
        standings.offered(state, store.current().version());
    }

    /// What would be said of these documents; what was read before is not read again. Who asks
    /// holds the lock, so that nothing changes between the question and the deed.
    synchronized Checked judge(List<DocumentSet> sets) {
        return Checked.of(sets, readings, settings, KnownServices.UNKNOWN, List.of());
    }

    /// What all sources but one hold.
    synchronized List<DocumentSet> without(ConfigSource source) {
        return latest.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(source))
                .map(Map.Entry::getValue)
                .toList();
    }

    /// Everything that was found in the newest state.
    synchronized List<Diagnostic> found() {
        return found;
    }

    /// Every document of the newest state, in force or not, by name.
    public synchronized List<ResourceState> states() {
        return standings.states();
    }

    /// A document as it was written, but for what is secret in it.
    ///
    /// @return JSON; nothing when it is gone meanwhile
    public Optional<String> document(ReadResource resource) {
        return Fields.of(sets(), resource).map(fields -> ShownDocument.of(resource.name(), fields));
    }

    private synchronized List<DocumentSet> sets() {
        return List.copyOf(latest.values());
    }

    /// Everything that is to be said about some files, offline.
    public static Report check(List<Path> paths) {
        return check(paths, MeshSettings.DEFAULT, KnownServices.UNKNOWN);
    }

    /// The same for a mesh whose settings, and maybe services, are known.
    public static Report check(List<Path> paths, MeshSettings settings, KnownServices services) {
        Checked state = Checked.of(List.of(FolderReader.read(paths)), settings, services);
        return report(state);
    }

    /// The same for documents from anywhere, without the findings that are not wanted.
    public static Report check(List<DocumentSet> documents, List<Suppression> suppressed) {
        return report(
                Checked.of(
                        documents,
                        new Readings(),
                        MeshSettings.DEFAULT,
                        KnownServices.UNKNOWN,
                        suppressed));
    }

    private static Report report(Checked state) {
        return new Report(
                state.resources(),
                state.services(),
                state.mesh(),
                state.statuses(),
                state.diagnostics());
    }

    /// What is in force, and what was found in the newest state.
    public ConfigStore store() {
        return store;
    }

    @Override
    public void close() {
        sources.forEach(ConfigSource::close);
    }
}
