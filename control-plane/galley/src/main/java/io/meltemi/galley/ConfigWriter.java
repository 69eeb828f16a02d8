package io.meltemi.galley;

import io.meltemi.galley.WriteResult.Done;
import io.meltemi.galley.WriteResult.Outcome;
import io.meltemi.galley.WriteResult.Refused;
import io.meltemi.galley.WriteResult.Verb;
import io.meltemi.galley.objects.ObjectStore;
import io.meltemi.galley.objects.ObjectStore.Change;
import io.meltemi.galley.objects.ObjectStore.Contents;
import io.meltemi.galley.objects.ObjectStore.StaleException;
import io.meltemi.galley.objects.StoreSource;
import io.meltemi.galley.objects.StoredObject;
import io.meltemi.galley.source.DocumentSet;
import io.meltemi.galley.source.DocumentSet.Text;
import io.meltemi.galley.source.ResourceName;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.diagnostic.Origin;
import io.meltemi.model.diagnostic.Severity;
import io.meltemi.model.snapshot.ConfigSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Changes what the store holds, after the engine that validates files has looked at what the mesh
/// would be. Thread-safe: one order at a time, under Galley's lock.
public final class ConfigWriter {
    private final Galley galley;
    private final ObjectStore store;
    private final StoreSource source;
    private final Function<ConfigSnapshot, List<Diagnostic>> translated;

    /// Whether an order is carried out.
    public enum Intent {
        CHANGE,
        ONLY_SAY
    }

    /// What is done about objects to delete that are not there.
    public enum Absent {
        REFUSED,
        IGNORED
    }

    /// @param source one of Galley's, of this store
    /// @param translated what is found when a configuration is translated
    public ConfigWriter(
            Galley galley,
            ObjectStore store,
            StoreSource source,
            Function<ConfigSnapshot, List<Diagnostic>> translated) {
        this.galley = galley;
        this.store = store;
        this.source = source;
        this.translated = translated;
    }

    /// Writes every object of these texts, or none.
    ///
    /// @throws IOException when the store cannot be written
    public WriteResult apply(List<Text> texts, Intent intent) throws IOException {
        synchronized (galley) {
            Contents before = store.contents();
            Order order = new Order(texts, folders(before));
            order.compareVersions(before);
            if (!order.objections().isEmpty()) {
                return new Refused(order.objections());
            }
            List<DocumentSet> sets = beside(before, order);
            sets.add(new DocumentSet(texts, List.of()));
            Checked after = galley.judge(sets);
            List<Outcome> outcomes = new ArrayList<>();
            List<Change> changes = new ArrayList<>();
            order.documents()
                    .forEach((name, document) -> {
                        // Of what says nothing to a mesh a finding tells.
                        if (after.read().containsKey(name)) {
                            Map<String, Object> fields = WrittenFields.of(name, document.fields());
                            StoredObject stored = before.objects().get(name);
                            Verb verb = verb(stored, fields);
                            outcomes.add(new Outcome(name, verb));
                            if (verb != Verb.UNCHANGED) {
                                changes.add(new Change.Put(name, fields, document.at().toString()));
                            }
                        }
                    });
            return carryOut(before, after, texts, outcomes, changes, intent);
        }
    }

    private static Verb verb(@Nullable StoredObject stored, Map<String, Object> fields) {
        if (stored == null) {
            return Verb.CREATED;
        }
        return stored.fields().equals(fields) ? Verb.UNCHANGED : Verb.CONFIGURED;
    }

    /// Deletes every object that these texts name, or none.
    ///
    /// @throws IOException when the store cannot be written
    public WriteResult delete(List<Text> texts, Absent absent, Intent intent) throws IOException {
        synchronized (galley) {
            Contents before = store.contents();
            Map<ResourceName, Origin> folders = folders(before);
            // What stands in both places is the store's to delete.
            folders.keySet().removeAll(before.objects().keySet());
            Order order = new Order(texts, folders);
            if (absent == Absent.REFUSED && order.objections().isEmpty()) {
                order.requireStored(before);
            }
            if (!order.objections().isEmpty()) {
                return new Refused(order.objections());
            }
            List<Outcome> outcomes = new ArrayList<>();
            List<Change> changes = new ArrayList<>();
            for (ResourceName name : order.documents().keySet()) {
                if (before.objects().containsKey(name)) {
                    outcomes.add(new Outcome(name, Verb.DELETED));
                    changes.add(new Change.Remove(name));
                }
            }
            Checked after = galley.judge(beside(before, order));
            return carryOut(before, after, List.of(), outcomes, changes, intent);
        }
    }

    private WriteResult carryOut(
            Contents before,
            Checked after,
            List<Text> texts,
            List<Outcome> outcomes,
            List<Change> changes,
            Intent intent)
            throws IOException {
        List<Diagnostic> findings = findings(after, texts);
        if (findings.stream().anyMatch(d -> d.severity() == Severity.ERROR)) {
            return new Refused(findings);
        }
        if (intent == Intent.CHANGE && !changes.isEmpty()) {
            try {
                store.put(before.revision(), changes);
            } catch (StaleException e) {
                throw new IOException(e.getMessage() + ": try again", e);
            }
        }
        return new Done(outcomes, findings, galley.store().current().version());
    }

    /// All about the texts of the order; of everything else the errors that it would bring, and
    /// those that keep any change from taking force.
    private List<Diagnostic> findings(Checked after, List<Text> texts) {
        Set<String> own = new HashSet<>();
        texts.forEach(text -> own.add(text.name()));
        Set<Diagnostic> known = new HashSet<>(galley.found());
        Set<Diagnostic> refusing = new HashSet<>(after.refusing());
        List<Diagnostic> all = new ArrayList<>(after.diagnostics());
        if (refusing.isEmpty()) {
            ConfigSnapshot now = galley.store().current();
            all.addAll(
                    translated.apply(
                            new ConfigSnapshot(
                                    now.version() + 1,
                                    after.resources(),
                                    after.services(),
                                    after.mesh())));
            // Only then it matters what is found in the mesh as it is.
            if (all.stream().anyMatch(d -> isOther(d, own) && !known.contains(d))) {
                known.addAll(translated.apply(now));
            }
        }
        return all.stream()
                .filter(d ->
                        own.contains(d.origin().source())
                                || (isOther(d, own)
                                        && (refusing.contains(d) || !known.contains(d))))
                .distinct()
                .sorted(
                        Comparator.comparing((Diagnostic d) -> d.origin().source())
                                .thenComparingInt(d -> d.origin().line())
                                .thenComparingInt(d -> d.origin().column()))
                .toList();
    }

    /// Whether it is an error that stands elsewhere than in the order.
    private static boolean isOther(Diagnostic found, Set<String> own) {
        return found.severity() == Severity.ERROR && !own.contains(found.origin().source());
    }

    private Map<ResourceName, Origin> folders(Contents before) {
        Set<ResourceName> stored = before.objects().keySet();
        Map<ResourceName, Origin> folders = new HashMap<>();
        for (ResourceState state : galley.states()) {
            Origin at = state.resource().at();
            // What is written in both stands in a folder: texts come first.
            if (at.line() > 0 || !stored.contains(state.resource().name())) {
                folders.put(state.resource().name(), at);
            }
        }
        return folders;
    }

    private List<DocumentSet> beside(Contents before, Order order) {
        List<DocumentSet> sets = new ArrayList<>(galley.without(source));
        sets.add(StoreSource.documents(before, order.documents().keySet()));
        return sets;
    }
}
