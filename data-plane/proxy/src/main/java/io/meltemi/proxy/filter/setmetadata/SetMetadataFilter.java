package io.meltemi.proxy.filter.setmetadata;

import io.meltemi.proxy.filter.FilterStats;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.MetadataTree;
import java.util.List;
import java.util.Map;

/// Puts what its configuration says into dynamic metadata, for routes, later filters and logs.
/// Immutable.
final class SetMetadataFilter implements HttpFilter {
    private final String name;
    private final Notes notes;
    private final FilterStats.Count denied;

    /// In the order in which they are made.
    record Notes(List<Note> all) {
        Notes {
            all = List.copyOf(all);
        }
    }

    /// @param overwrite whether it is merged into what the namespace has already
    record Note(String namespace, boolean overwrite, Map<String, Object> value) {}

    SetMetadataFilter(String name, Notes notes, FilterStats stats) {
        this.name = name;
        this.notes = notes;
        denied = stats.counter("set_metadata.overwrite_denied");
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        Object ofRoute = stream.routeConfig(name);
        List<Note> all = (ofRoute instanceof Notes own ? own : notes).all;
        for (int i = 0; i < all.size(); i++) {
            Note note = all.get(i);
            Object before = stream.dynamicMetadata(note.namespace);
            if (before == null) {
                stream.setDynamicMetadata(note.namespace, note.value);
            } else if (note.overwrite) {
                stream.setDynamicMetadata(note.namespace, MetadataTree.merged(before, note.value));
            } else {
                denied.increment();
            }
        }
        return Verdict.CONTINUE;
    }
}
